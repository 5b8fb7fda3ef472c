/** Modules of a project, read and parsed, and what their names mean: declared there, imported, or exported from elsewhere. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { FlowError } from "millrace";
import type { Comment, ParseResult } from "oxc-parser";
import { importParser } from "../load/import-parser.js";

/** A node of the syntax tree: ESTree with TypeScript's nodes. */
export interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface SourceModule {
  readonly file: string;
  readonly source: string;
  readonly body: readonly Node[];
  readonly comments: readonly Comment[];
}

/** What a name stands for. */
export interface Declaration {
  readonly node: Node;
  /** The statement that its doc comment stands before. */
  readonly from: Node;
  readonly module: SourceModule;
}

export interface Exported extends Partial<Declaration> {
  readonly name: string;
  /** Of the statement that exports it. */
  readonly line: number;
  /** Where it comes from, if that is not read: a package. */
  readonly source?: string;
}

export const convertFailed = (message: string, hint: string) => new FlowError("CONVERT_FAILED", message, { hint });

export const lineAt = ({ source }: SourceModule, node: Node): number =>
  source.slice(0, node.start as number).split("\n").length;

const nameOf = (node: unknown): string => String((node as Node | null)?.name ?? (node as Node | null)?.value ?? "");

export class SourceModules {
  readonly #parse: (file: string, source: string) => ParseResult;
  readonly #modules = new Map<string, SourceModule>();
  readonly #exports = new Map<SourceModule, readonly Exported[]>();

  private constructor(parse: (file: string, source: string) => ParseResult) {
    this.#parse = parse;
  }

  /** @throws {FlowError} CONVERT_FAILED – the parser is not installed */
  static async open(): Promise<SourceModules> {
    try {
      const { parseSync } = await importParser();
      return new SourceModules(parseSync);
    } catch (error) {
      if ((error as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw error;
      throw convertFailed(
        "Reading a module's functions needs the package oxc-parser, which is not there.",
        "Install it: npm install --save-dev oxc-parser.",
      );
    }
  }

  /** @throws {FlowError} CONVERT_FAILED – it can't be parsed */
  read(file: string): SourceModule {
    const known = this.#modules.get(file);
    if (known) return known;
    const source = readFileSync(file, "utf8");
    const { program, comments, errors } = this.#parse(file, source);
    const [error] = errors;
    if (error) throw convertFailed(`${file} can't be parsed: ${error.message}.`, "Correct the module.");
    const module = { file, source, comments, body: program.body as unknown as readonly Node[] };
    this.#modules.set(file, module);
    return module;
  }

  /** What a name means in a module; undefined: something of JavaScript, or of a package. */
  find(name: string, module: SourceModule, depth = 0): Declaration | undefined {
    if (depth > 50) return undefined;
    for (const from of module.body) {
      const found = declarationsOf(from).find((one) => one.name === name);
      if (found) return { node: found.node, from, module };
    }
    for (const statement of module.body) {
      if (statement.type !== "ImportDeclaration") continue;
      for (const specifier of statement.specifiers as readonly Node[]) {
        if (nameOf(specifier.local) !== name || specifier.type === "ImportNamespaceSpecifier") continue;
        const there = this.#resolved(statement, module);
        const wanted = specifier.type === "ImportDefaultSpecifier" ? "default" : nameOf(specifier.imported);
        return there && this.#exported(wanted, there, depth + 1);
      }
    }
    return undefined;
  }

  #exported(name: string, module: SourceModule, depth: number): Declaration | undefined {
    const found = this.exportsOf(module, depth).find((one) => one.name === name);
    return found?.node && found.from && found.module
      ? { node: found.node, from: found.from, module: found.module }
      : undefined;
  }

  /** All that a module exports: functions, types and the rest. */
  exportsOf(module: SourceModule, depth = 0): readonly Exported[] {
    const known = this.#exports.get(module);
    if (known) return known;
    // modules that export each other end here
    this.#exports.set(module, []);
    const made = module.body.flatMap((statement): readonly Exported[] => {
      const line = lineAt(module, statement);
      const source = nameOf(statement.source);
      const there = source === "" ? undefined : this.#resolved(statement, module);
      switch (statement.type) {
        case "ExportDefaultDeclaration": {
          const node = statement.declaration as Node;
          const found = node.type === "Identifier" ? this.find(nameOf(node), module, depth + 1) : undefined;
          return [{ name: "default", line, ...(found ?? { node, from: statement, module }) }];
        }
        case "ExportAllDeclaration":
          if (statement.exported) return [];
          if (!there) return statement.exportKind === "type" ? [] : [{ name: "*", line, source }];
          return this.exportsOf(there, depth + 1).filter(({ name }) => name !== "default");
        case "ExportNamedDeclaration":
          if (statement.declaration)
            return declarationsOf(statement).map(({ name, node }) => ({ name, line, node, from: statement, module }));
          return (statement.specifiers as readonly Node[]).flatMap((specifier) => {
            const name = nameOf(specifier.exported);
            const local = nameOf(specifier.local);
            if (source === "") return [{ name, line, ...this.find(local, module, depth + 1) }];
            if (there) return [{ name, line, ...this.#exported(local, there, depth + 1) }];
            const isType = statement.exportKind === "type" || specifier.exportKind === "type";
            return isType ? [] : [{ name, line, source }];
          });
        default:
          return [];
      }
    });
    this.#exports.set(module, made);
    return made;
  }

  /** The module that a statement names, if it is a file of the project. */
  #resolved({ source }: Node, { file }: SourceModule): SourceModule | undefined {
    const specifier = nameOf(source);
    if (!specifier.startsWith(".")) return undefined;
    const path = resolve(dirname(file), specifier);
    // what is imported as JavaScript is written in TypeScript
    const written = path.replace(/\.([mc]?)jsx?$/, ".$1ts");
    const tries = [written, `${written}x`, path, `${path}.ts`, `${path}.tsx`, `${path}.js`, `${path}/index.ts`];
    tries.push(path.replace(/\.([mc]?)jsx?$/, ".d.$1ts"), `${path}.d.ts`, `${path}/index.js`);
    const found = tries.find((one) => existsSync(one) && statSync(one).isFile() && /\.[mc]?[jt]sx?$/.test(one));
    return found === undefined ? undefined : this.read(found);
  }
}

/** What a statement declares, exported or not. */
function declarationsOf(statement: Node): readonly { readonly name: string; readonly node: Node }[] {
  const isExport = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
  const node = (isExport ? statement.declaration : statement) as Node | null;
  if (!node) return [];
  if (node.type === "VariableDeclaration")
    return (node.declarations as readonly Node[]).flatMap(({ id, init }) =>
      init ? [{ name: nameOf(id), node: init as Node }] : [],
    );
  return node.id && /Declaration$|^TSDeclareFunction$/.test(node.type) ? [{ name: nameOf(node.id), node }] : [];
}
