/**
 * From paths to the trees of all files that belong together: includes followed, within the project's folder alone, variables
 * of the environment in place.
 */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { limits } from "../limits.js";
import type { Problems } from "../problems/index.js";
import { type MapNode, type Path, type Place, parseSource, type SourceNode } from "../source/index.js";
import { type Env, interpolate } from "./interpolate.js";

/** A file of the documents that are loaded. */
export interface SourceFile {
  /** As places name it: relative to where the process stands, or to the project. */
  readonly name: string;
  readonly top: MapNode;
}

export interface ReadOptions {
  /** The project's folder, without symbolic links. */
  readonly root: string;
  readonly env: Env;
  readonly problems: Problems;
}

export class FileReader {
  readonly #options: ReadOptions;
  readonly #files = new Map<string, SourceFile | undefined>();
  /** Files that are being read, from the outermost on. */
  readonly #open: string[] = [];
  /** How many were read, and their bytes: a file that is included in ten places counts ten times. */
  #read = 0;
  #bytes = 0;
  readonly #counter = { values: 0 };

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  /** Each once, those that were asked for first. */
  get files(): readonly SourceFile[] {
    return [...this.#files.values()].filter((file) => file !== undefined);
  }

  /** Every file that was read, as an absolute path. */
  get paths(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** Reads a file that was asked for. */
  read(path: string, shown: string): void {
    const from: Where = { place: { file: shown, line: 1, column: 1 }, path: [], isNamed: true };
    const real = this.#real(path, shown, from);
    if (real !== undefined) this.#file(real, { shown, from });
  }

  #file(real: string, { shown, from }: { shown: string; from: Where }): void {
    if (this.#files.has(real)) return;
    this.#files.set(real, undefined);
    const node = this.#parse(real, { shown, from });
    if (!node) return;
    const { problems, env } = this.#options;
    if (node.kind !== "map") {
      problems.add(
        "DOCUMENT_FIELD_INVALID",
        { place: node.place, path: [] },
        {
          message: "A document is a mapping with fields such as `flows`.",
          hint: "Begin with `flows:`.",
        },
      );
      return;
    }
    const top = interpolate(node, { env, problems }, ["connections"]) as MapNode;
    this.#files.set(real, { name: shown, top });
    this.#open.push(real);
    for (const { target, place, path } of includesOf(top)) {
      const where = { place, path };
      const found = this.#real(resolve(dirname(real), target), target, where);
      if (found === undefined) continue;
      if (this.#open.includes(found)) this.#circle(found, where);
      else this.#file(found, { shown: this.#shown(found), from: where });
    }
    this.#open.pop();
  }

  #parse(real: string, { shown, from }: { shown: string; from: Where }): SourceNode | undefined {
    const { problems } = this.#options;
    if (++this.#read > limits.files) {
      problems.add("DOCUMENT_LIMIT", from, {
        message: `More than ${limits.files} files are included.`,
        hint: "Put several into one.",
      });
      return undefined;
    }
    if (this.#counter.values > limits.values) return undefined;
    const text = this.#text(real, shown, from);
    if (text === undefined) return undefined;
    const include = (target: string, place: Place, path: Path) => {
      const where = { place, path };
      const found = this.#real(resolve(dirname(real), target), target, where);
      if (found === undefined) return undefined;
      if (found === real || this.#open.includes(found)) return this.#circle(found, where);
      this.#open.push(real);
      const node = this.#parse(found, { shown: this.#shown(found), from: where });
      this.#open.pop();
      return node;
    };
    return parseSource(text, { file: shown, problems, include, counter: this.#counter });
  }

  #text(real: string, shown: string, from: Where): string | undefined {
    const { problems } = this.#options;
    try {
      const { size } = statSync(real);
      if (size > limits.fileBytes) {
        problems.add("DOCUMENT_LIMIT", from, {
          message: `${shown} has ${size} bytes; a document may have ${limits.fileBytes}.`,
          hint: "Split it by `include`, or put data into a file that a step reads.",
        });
        return undefined;
      }
      this.#bytes += size;
      if (this.#bytes > limits.loadBytes) {
        problems.add("DOCUMENT_LIMIT", from, {
          message: `All files together have more than ${limits.loadBytes} bytes.`,
          hint: "Put data into files that steps read.",
        });
        return undefined;
      }
      return readFileSync(real, "utf8");
    } catch (error) {
      this.#wrong(from, `${shown} can't be read: ${reason(error)}.`);
      return undefined;
    }
  }

  /** The file without symbolic links, if it is there and within the project. */
  #real(path: string, shown: string, from: Where): string | undefined {
    const { root } = this.#options;
    let real: string;
    try {
      real = realpathSync(path);
      if (!statSync(real).isFile()) return this.#wrong(from, `${shown} is no file.`);
    } catch (error) {
      return this.#wrong(from, `${shown} can't be read: ${reason(error)}.`);
    }
    const inside = relative(root, real);
    if (inside === "" || inside.startsWith(`..${sep}`) || inside === ".." || isAbsolute(inside))
      return this.#wrong(from, `${shown} lies outside the project's folder.`);
    return real;
  }

  #circle(found: string, where: Where): undefined {
    const names = [...this.#open.slice(Math.max(0, this.#open.indexOf(found))), found].map((path) => basename(path));
    this.#wrong(where, `Files include each other in a circle: ${names.join(" → ")}.`);
    return undefined;
  }

  #wrong(where: Where, message: string): undefined {
    if (where.isNamed) {
      const hint = "Name a document; the project's folder, `root`, is that of the first one if nothing else is said.";
      this.#options.problems.add("DOCUMENT_FILE_INVALID", where, { message, hint });
      return undefined;
    }
    const hint = "Includes are paths of files within the project's folder, relative to the file that includes them.";
    this.#options.problems.add("DOCUMENT_INCLUDE_INVALID", where, { message, hint });
    return undefined;
  }

  #shown(real: string): string {
    const here = relative(process.cwd(), real);
    return here.startsWith("..") ? relative(this.#options.root, real) : here;
  }
}

interface Where {
  readonly place: Place;
  /** By whoever loads, not by a file. */
  readonly isNamed?: boolean;
  readonly path: Path;
}

function includesOf(top: MapNode): readonly { target: string; place: Place; path: Path }[] {
  const node = top.entries.get("include")?.value;
  const items = node?.kind === "list" ? node.items : node ? [node] : [];
  return items.flatMap((item, i) => {
    if (item.kind !== "scalar" || typeof item.value !== "string") return [];
    const path = node?.kind === "list" ? ["include", i] : ["include"];
    return [{ target: item.value, place: item.place, path }];
  });
}

function reason(error: unknown): string {
  const { code } = error as { code?: string };
  if (code === "ENOENT" || code === "ENOTDIR") return "there is no such file";
  if (code === "EACCES" || code === "EPERM") return "this process may not read it";
  if (code === "ELOOP") return "its symbolic links lead in a circle";
  return code ?? "it is no file";
}
