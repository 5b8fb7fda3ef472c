/** The module that is written: its imports, its constants, and what flows of it have in common. */
import { join, relative, sep } from "node:path";
import type { FlowSource } from "../lower/lower-flow.js";
import { sourceOfTool, type ToolSource } from "../lower/lower-tools.js";
import type { StepProject } from "../step-context.js";
import type { StepType } from "../step-type.js";
import { ModuleNames, moduleOf } from "./module-names.js";
import { NoCounterpart } from "./no-counterpart.js";
import { RunnerSource } from "./runner-source.js";
import { SchemaSource } from "./schema-source.js";
import type { Source } from "./text-layout.js";

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
  /** The schema of its parameters. */
  readonly schema: string;
  /** Whether its second parameter are the tools of a step. */
  readonly takesTools: boolean;
}

export type WriteTool = (
  name: string,
  tool: ToolSource,
  module: ConvertModule,
) => Omit<WrittenTool, "name"> & { readonly lines: readonly string[] };

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
  readonly #writing = new Set<string>();
  /** What runs step types. */
  readonly runner: RunnerSource;
  /** Of the flow that is being written: routers that may return several labels. */
  several: ReadonlySet<string> = new Set();

  constructor(options: ModuleOptions, writeTool: WriteTool) {
    this.#options = options;
    this.#writeTool = writeTool;
    // what decorators and schemas are called is not to be taken by a flow
    for (const name of ["Flow", "start", "listen", "router"]) this.names.imported("millrace", name);
    this.#classes = new Map(options.flows.map((id) => [id, this.names.declared(classNameOf(id))]));
    this.schemas = new SchemaSource(this.names, options.source.types);
    this.runner = new RunnerSource(
      {
        names: this.names,
        root: this.#root,
        tool: (id) => this.tool(id),
        functionName: (reference) => this.functionName(reference),
        typeSource: (written) => this.typeSource(written),
        className: (id) => this.flow(id),
      },
      options.source,
    );
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
  stepType({ type, importedFrom }: Pick<StepType, "type" | "importedFrom">): string {
    const reference = this.#options.stepTypes[type] ?? importedFrom;
    if (reference === undefined)
      throw new NoCounterpart(
        `the step type "${type}" is the project's own, and nothing says where it is imported from`,
      );
    return this.functionName(reference);
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

  /** The function of a tool. */
  tool(id: string): WrittenTool {
    let tool = this.#tools.get(id);
    if (!tool) {
      if (this.#writing.has(id)) throw new NoCounterpart(`the tool "${id}" hands itself on`);
      this.#writing.add(id);
      const name = this.names.declared(id);
      const { lines, ...written } = this.#writeTool(name, sourceOfTool(this.project.tool(id)), this);
      tool = { name, ...written };
      this.#tools.set(id, tool);
      this.#toolTexts.push(...lines, "");
      this.#writing.delete(id);
    }
    this.names.use(tool.name);
    return tool;
  }

  /** What stands between the imports and the classes. */
  get declarations(): readonly string[] {
    const { declarations } = this.schemas;
    const schemas = declarations.length > 0 ? [...declarations, ""] : [];
    // functions of tools are there before they stand; the schemas of their parameters are not
    return [...schemas, ...this.#toolTexts, ...this.runner.lines];
  }

  get #root(): string {
    const { folder, source } = this.#options;
    const way = relative(folder, source.project.root).split(sep).join("/");
    return way === "" ? "import.meta.dirname" : `new URL(${JSON.stringify(`${way}/`)}, import.meta.url)`;
  }
}

export const classNameOf = (id: string): string =>
  id
    .replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, _gap: string, letter: string) => letter.toUpperCase())
    .replace(/\W|_/g, "");
