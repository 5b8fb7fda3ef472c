/** The module that is written: its imports, its constants, and what flows of it have in common. */
import { join, relative, sep } from "node:path";
import type { FlowSource } from "../lower/lower-flow.js";
import { sourceOfTool, type ToolSource } from "../lower/lower-tools.js";
import type { Connection, StepProject } from "../step-context.js";
import { literal, property } from "./literals.js";
import { ModuleNames, moduleOf } from "./module-names.js";
import { NoCounterpart } from "./no-counterpart.js";
import { SchemaSource } from "./schema-source.js";
import { call, inBraces, render, type Source } from "./text-layout.js";

export interface ModuleOptions {
  readonly source: FlowSource;
  /** Names of classes by flow. */
  readonly flows: readonly string[];
  /** Where step types of the project's own are imported from, by their names. */
  readonly stepTypes: Readonly<Record<string, string>>;
  /** Where the module will stand. */
  readonly folder: string;
}

/** A function of the module. */
export interface WrittenTool {
  readonly name: string;
  /** Whether its second parameter are the tools of a step. */
  readonly takesTools: boolean;
}

export type WriteTool = (
  name: string,
  tool: ToolSource,
  module: ConvertModule,
) => { readonly lines: readonly string[]; readonly takesTools: boolean };

export class ConvertModule {
  readonly names = new ModuleNames([
    "input",
    "state",
    "given",
    "tools",
    "returned",
    "answer",
    "params",
    "result",
    "round",
  ]);
  readonly schemas: SchemaSource;
  readonly #options: ModuleOptions;
  readonly #classes: ReadonlyMap<string, string>;
  readonly #writeTool: WriteTool;
  readonly #tools = new Map<string, WrittenTool>();
  readonly #toolTexts: string[] = [];
  readonly #connections = new Set<string>();
  #runner: string | undefined;
  /** Of the flow that is being written: routers that may return several labels. */
  several: ReadonlySet<string> = new Set();

  constructor(options: ModuleOptions, writeTool: WriteTool) {
    this.#options = options;
    this.#writeTool = writeTool;
    // what decorators and schemas are called is not to be taken by a flow
    for (const name of ["Flow", "start", "listen", "router"]) this.names.imported("millrace", name);
    this.#classes = new Map(options.flows.map((id) => [id, this.names.declared(classNameOf(id))]));
    this.schemas = new SchemaSource(this.names, options.source.types);
  }

  get project(): StepProject {
    return this.#options.source.project;
  }

  /** The class of a flow. */
  flow(id: string): string {
    return this.names.use(this.#classes.get(id)!);
  }

  returnsSeveral(step: string): boolean {
    return this.several.has(step);
  }

  /** A type as documents write it. */
  typeSource(written: unknown): Source {
    return this.schemas.of(this.project.type(written));
  }

  /** Where a step type of the project's own comes from. */
  stepType(type: string): string {
    const reference = this.#options.stepTypes[type];
    if (reference === undefined)
      throw new NoCounterpart(
        `the step type "${type}" is the project's own, and nothing says where it is imported from`,
      );
    return this.functionName(reference);
  }

  /** What runs step types; connections are declared with it. */
  runner(): string {
    this.#runner ??= this.names.declared("run");
    return this.names.use(this.#runner);
  }

  /** A function of the project, as it is called here. */
  functionName(reference: string): string {
    const { module, name } = moduleOf(reference);
    return this.names.imported(module.startsWith(".") ? this.#fromHere(module) : module, name);
  }

  /** A path from the project's folder, as the module imports it. */
  #fromHere(path: string): string {
    const { folder, source } = this.#options;
    const found = relative(folder, join(source.project.root, path)).split(sep).join("/");
    return found.startsWith(".") ? found : `./${found}`;
  }

  useConnection(id: string): void {
    this.#connections.add(id);
  }

  /** The function of a tool. */
  tool(id: string): WrittenTool {
    let tool = this.#tools.get(id);
    if (!tool) {
      const name = this.names.declared(id);
      const { lines, takesTools } = this.#writeTool(name, sourceOfTool(this.project.tool(id)), this);
      tool = { name, takesTools };
      this.#tools.set(id, tool);
      this.#toolTexts.push(...lines, "");
    }
    this.names.use(tool.name);
    return tool;
  }

  /** What stands between the imports and the classes. */
  get declarations(): readonly string[] {
    const { declarations } = this.schemas;
    const schemas = declarations.length > 0 ? [...declarations, ""] : [];
    return [...schemas, ...this.#runnerLines(), ...this.#toolTexts];
  }

  #runnerLines(): readonly string[] {
    if (this.#runner === undefined) return [];
    const { connections } = this.#options.source;
    const used = [...this.#connections].map((id) => [`${property(id)}: `, this.#connection(connections.get(id)!)]);
    const options = inBraces([`root: ${this.#root}`, ...(used.length > 0 ? [["connections: ", inBraces(used)]] : [])]);
    const made = call(this.names.imported("@millrace/document", "stepRunner"), [options]);
    return [render([`const ${this.#runner} = `, made, ";"]), ""];
  }

  get #root(): string {
    const { folder, source } = this.#options;
    const way = relative(folder, source.project.root).split(sep).join("/");
    return way === "" ? "import.meta.dirname" : `new URL(${JSON.stringify(`${way}/`)}, import.meta.url)`;
  }

  /** What came from the environment is read from there again. */
  #connection(connection: Connection): Source {
    const write = (value: unknown): Source => {
      if (typeof value === "string" && value.includes("${")) return this.#fromEnv(value);
      if (typeof value !== "object" || value === null || Array.isArray(value)) return literal(value);
      return inBraces(Object.entries(value).map(([key, one]) => [`${property(key)}: `, write(one)]));
    };
    return write(connection);
  }

  #fromEnv(text: string): string {
    const fromEnv = this.names.imported("@millrace/document", "fromEnv");
    const variable = /(?<!\$)\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;
    const made = (name: string, fallback?: string) =>
      `${fromEnv}(${[name, ...(fallback === undefined ? [] : [fallback])].map((one) => JSON.stringify(one)).join(", ")})`;
    const [all, name, fallback] = variable.exec(text) ?? [];
    if (all === text) return made(name!, fallback);
    let written = "";
    let at = 0;
    for (const { 0: found, 1: inner, 2: other, index } of text.matchAll(variable)) {
      written += `${escaped(text.slice(at, index))}\${${made(inner!, other)}}`;
      at = index + found.length;
    }
    return `\`${written}${escaped(text.slice(at))}\``;
  }
}

const escaped = (text: string) => text.replace(/[`\\]|\$\{/g, "\\$&").replaceAll("\n", "\\n");

export const classNameOf = (id: string): string =>
  id
    .replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, _gap: string, letter: string) => letter.toUpperCase())
    .replace(/\W|_/g, "");
