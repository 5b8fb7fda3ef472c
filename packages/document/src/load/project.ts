/** What a document's steps may use of their project: modules, connections with their secrets, types. */
import { createHash, scryptSync } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { type DefinedFlow, FlowError, nearest, type StepTools } from "millrace";
import { z } from "zod";
import { type Memory, memoryIn, type StepMemory } from "../memory/memory.js";
import type { Connection, Model, ProjectTool, StepProblem, StepProject } from "../step-context.js";
import type { DocumentTypes } from "../types/index.js";
import { type Env, reveal } from "./interpolate.js";
import { secretForms } from "./secret-forms.js";

export type ImportModule = (url: string) => Promise<unknown>;

type Wrong = Omit<StepProblem, "path">;

export class LoadedProject implements StepProject {
  readonly root: string;
  /** Filled when the documents' tools are lowered, before their flows. */
  readonly tools = new Map<string, ProjectTool>();
  /** Filled when they are lowered, before any of them runs. */
  readonly flows = new Map<string, DefinedFlow>();
  readonly models: ReadonlyMap<string, Model>;
  readonly memories: ReadonlyMap<string, Memory>;
  readonly #env: Env;
  readonly #types: DocumentTypes;
  /** As written: with `${NAME}` where secrets stand. */
  readonly #connections: ReadonlyMap<string, Connection>;
  readonly #exports = new Map<string, unknown>();
  /** By reference: of its module's file. */
  readonly #hashes = new Map<string, string>();
  readonly #marks = new Map<object, string | undefined>();
  readonly #secrets: readonly string[];

  constructor(options: {
    readonly root: string;
    readonly env: Env;
    readonly types: DocumentTypes;
    readonly connections: ReadonlyMap<string, Connection>;
    readonly models: ReadonlyMap<string, Model>;
    readonly memories: ReadonlyMap<string, Memory>;
  }) {
    this.root = options.root;
    this.#env = options.env;
    this.#types = options.types;
    this.#connections = options.connections;
    this.models = options.models;
    this.memories = options.memories;
    const revealed = [...options.connections.values()].map((connection) => reveal(connection, options.env));
    this.#secrets = secretForms(
      revealed.flatMap(({ secrets }) => secrets),
      revealed.map(({ data }) => data as Connection),
    );
  }

  connection(id: string): Connection {
    return reveal(found(this.#connections, id, "connection"), this.#env).data as Connection;
  }

  model(id: string): Model {
    const { connection, ...model } = found(this.models, id, "model");
    return { ...model, ...(connection && { connection: reveal(connection, this.#env).data as Connection }) };
  }

  memory(id: string, { state }: StepTools): StepMemory {
    return memoryIn(state, found(this.memories, id, "memory"));
  }

  flow(id: string): DefinedFlow {
    return found(this.flows, id, "flow");
  }

  type(written: unknown): z.ZodType {
    const found = this.#types.read(written);
    return "schema" in found ? found.schema : z.unknown();
  }

  load(reference: string): unknown {
    return this.#exports.get(reference);
  }

  moduleHash(reference: string): string {
    return this.#hashes.get(reference) ?? "";
  }

  /** Tells apart what was written alike and stands for other values, without telling the values; nothing where there are none. */
  markOf(written: object): string | undefined {
    if (!this.#marks.has(written)) {
      const { data, secrets } = reveal(written, this.#env);
      // slow on purpose: a short password is not to be guessed by it
      const mark = secrets.length > 0 ? scryptSync(JSON.stringify(data), "millrace", 32).toString("hex") : undefined;
      this.#marks.set(written, mark);
    }
    return this.#marks.get(written);
  }

  tool(id: string): ProjectTool {
    return found(this.tools, id, "tool");
  }

  /** The file of the module that a reference names, if it is there and within the project. */
  fileOf(reference: string): string | undefined {
    const [path = ""] = reference.split("#");
    try {
      const real = realpathSync(resolve(this.root, path));
      const inside = relative(this.root, real);
      const outside = inside.startsWith(`..${sep}`) || inside === ".." || isAbsolute(inside);
      // a folder is no module, and a pipe would be waited for for ever
      return outside || !statSync(real).isFile() ? undefined : real;
    } catch {
      return undefined;
    }
  }

  /** A file of the project as pictures tell it: from the project's folder, so that nothing is told of the machine. */
  pathOf(file: string): string {
    const real = this.fileOf(resolve(file));
    if (real !== undefined) return relative(this.root, real).replaceAll(sep, "/");
    return isAbsolute(file) ? basename(file) : file.replaceAll(sep, "/");
  }

  /** Imports the module of a reference; what is wrong with it, if anything. */
  async import(reference: string, importModule: ImportModule): Promise<Wrong | undefined> {
    const file = this.fileOf(reference);
    const name = reference.split("#")[1] ?? "default";
    if (file === undefined) return undefined;
    let module: Readonly<Record<string, unknown>>;
    const hash = fileHash(file);
    try {
      module = (await importModule(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
    } catch (error) {
      return importFailed(reference, error);
    }
    const found = exportOf(module, name);
    if (found === undefined) return noExport(reference, Object.keys(module));
    this.#exports.set(reference, found);
    this.#hashes.set(reference, hashOfModule(module, hash));
    return undefined;
  }

  /** Text with every secret taken out. */
  redacted(text: string): string {
    let clean = text;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, "[secret]");
    return clean;
  }

  get hasSecrets(): boolean {
    return this.#secrets.length > 0;
  }
}

const moduleHashes = new WeakMap<object, string>();

/** Of the file as it was when this very module was first seen: Node answers it again when the file is another one by then. */
function hashOfModule(module: object, hash: string): string {
  const known = moduleHashes.get(module) ?? hash;
  moduleHashes.set(module, known);
  return known;
}

const fileHash = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

/** A name that was made when the step was called may lead nowhere. */
function found<T>(declared: ReadonlyMap<string, T>, id: string, what: string): T {
  const one = declared.get(id);
  if (one !== undefined) return one;
  const near = nearest(String(id), declared.keys());
  throw new FlowError(
    "STEP_VALUE_INVALID",
    `The document has no ${what} "${id}"${near ? `; is "${near}" meant?` : "."}`,
    {
      hint: `It has ${[...declared.keys()].join(", ") || "none"}.`,
    },
  );
}

/** CommonJS modules, imported, have all under `default`. */
function exportOf(module: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(module, name)) return module[name];
  const inner = module.default;
  return typeof inner === "object" && inner !== null && Object.hasOwn(inner, name)
    ? (inner as Record<string, unknown>)[name]
    : undefined;
}

export function noExport(reference: string, exports: readonly string[]): Wrong {
  const [path, name = "default"] = reference.split("#");
  const near = nearest(name, exports);
  return {
    message: `${path} exports no "${name}"${near ? `; is "${near}" meant?` : "."}`,
    hint: exports.length > 0 ? `It exports ${exports.join(", ")}.` : "It exports nothing.",
    allowed: exports,
    ...(near !== undefined && { nearest: near }),
  };
}

function importFailed(reference: string, error: unknown): Wrong {
  const [path] = reference.split("#");
  if ((error as { code?: string }).code === "ERR_UNKNOWN_FILE_EXTENSION") {
    return {
      message: `${path} is TypeScript, which plain Node does not import.`,
      hint: "Run it by `millrace`, `tsx` or vitest, or refer to the JavaScript that was built of it.",
    };
  }
  const said = error instanceof Error ? `${error.name}: ${error.message.split("\n")[0]}` : String(error);
  return { message: `${path} can't be imported: ${said}.`, hint: "Mend the module, or the path." };
}
