/**
 * The constant of the module that runs step types. It is handed what of the document they ask for: connections, and for types of
 * the project's own the models, memories, tools, types and exports that their steps name.
 */
import type { FlowSource } from "../lower/lower-flow.js";
import type { StepDraft } from "../lower/step-draft.js";
import { ownFields } from "../lower/step-references.js";
import { findReferences, isMade } from "../references/index.js";
import { environmentSource } from "./environment-source.js";
import { literal, property } from "./literals.js";
import type { ModuleNames } from "./module-names.js";
import { call, inBraces, render, type Source } from "./text-layout.js";

/** What of the module it is written with. */
export interface RunnerHome {
  readonly names: ModuleNames;
  /** The code of the project's folder. */
  readonly root: string;
  /** The function and the schema of a tool; they are declared with it. */
  tool(id: string): { readonly name: string; readonly schema: string; readonly takesTools: boolean };
  /** What a reference names, as it is called in the module. */
  functionName(reference: string): string;
  typeSource(written: unknown): Source;
  /** The class of a flow. */
  className(id: string): string;
}

const sections = ["connections", "models", "memories", "tools"] as const;
type Section = (typeof sections)[number];
type Used = Section | "types" | "exports" | "flows";

export class RunnerSource {
  readonly #home: RunnerHome;
  readonly #source: FlowSource;
  readonly #used: Readonly<Record<Used, Set<string>>> = {
    connections: new Set(),
    models: new Set(),
    memories: new Set(),
    tools: new Set(),
    types: new Set(),
    exports: new Set(),
    flows: new Set(),
  };
  #local: string | undefined;

  constructor(home: RunnerHome, source: FlowSource) {
    this.#home = home;
    this.#source = source;
  }

  /** What it is called. */
  get name(): string {
    this.#local ??= this.#home.names.declared("run");
    return this.#home.names.use(this.#local);
  }

  /** Hands it what a step of a type of this package asks for. */
  useConnection(id: string): void {
    this.#use("connections", id);
  }

  /** Hands it what a step of the project's own type may ask for. */
  useAllOf(draft: StepDraft): void {
    const type = draft.type!;
    for (const found of findReferences(type.config, ownFields(draft))) {
      if (found.section === "flows") {
        this.#use("flows", found.id);
        continue;
      }
      // which one is known when it is called: any may be
      const ids = isMade(found, type) ? this.#known(found.section).keys() : [found.id];
      for (const id of ids) this.#use(found.section, id);
    }
    for (const text of textsOf([draft.config, ownFields(draft)])) {
      for (const section of sections) if (this.#known(section).has(text)) this.#use(section, text);
      for (const name of this.#source.types.names)
        if (text.match(/[A-Za-z_][\w-]*/g)?.includes(name)) this.#use("types", name);
    }
    for (const reference of type.references?.(draft.config) ?? []) this.#use("exports", reference);
  }

  #known(section: Section): ReadonlyMap<string, unknown> {
    const { connections, project } = this.#source;
    return section === "connections" ? connections : project[section];
  }

  #use(of: Used, id: string): void {
    if (this.#used[of].has(id)) return;
    this.#used[of].add(id);
    if (of === "tools") this.#home.tool(id);
    if (of === "exports") this.#home.functionName(id);
    if (of === "types") this.#home.typeSource(id);
    const writer = of === "memories" && this.#source.project.memories.get(id)?.summary?.model;
    if (writer) this.#use("models", writer);
    const reached = of === "models" && this.#source.project.models.get(id)?.connection;
    if (reached) this.#use("connections", this.#idOf(reached));
  }

  #idOf(connection: object): string {
    return [...this.#source.connections].find(([, one]) => one === connection)![0];
  }

  /** Its declaration; none, if nothing is run by it. */
  get lines(): readonly string[] {
    if (this.#local === undefined) return [];
    const { connections, project } = this.#source;
    const { names, root } = this.#home;
    const options = inBraces([
      `root: ${root}`,
      ...this.#entries("connections", (id) => environmentSource(connections.get(id), names)),
      ...this.#entries("models", (id) => {
        const { id: _, connection, ...model } = project.models.get(id)!;
        return literal({ ...model, connection: connection && this.#idOf(connection) });
      }),
      ...this.#entries("memories", (id) => {
        const { id: _, ...memory } = project.memories.get(id)!;
        return literal(memory);
      }),
      ...this.#entries("types", (name) => this.#home.typeSource(name)),
      ...this.#entries("tools", (id) => this.#tool(id)),
      // a function, since its class stands below
      ...this.#entries("flows", (id) => ["() => ", this.#home.className(id)]),
      ...this.#entries("exports", (reference) => this.#home.functionName(reference)),
    ]);
    const made = call(names.imported("@millrace/document", "stepRunner"), [options]);
    return [render([`const ${this.#local} = `, made, ";"]), ""];
  }

  #entries(of: Used, write: (id: string) => Source): readonly Source[] {
    const entries = [...this.#used[of]].map((id): Source => {
      const source = write(id);
      return source === id && property(id) === id ? id : [`${property(id)}: `, source];
    });
    return entries.length > 0 ? [[`${of}: `, inBraces(entries)]] : [];
  }

  #tool(id: string): Source {
    const { name, schema, takesTools } = this.#home.tool(id);
    const { description } = this.#source.project.tool(id);
    const run = takesTools ? `({ params, tools }) => ${name}(params, tools)` : `({ params }) => ${name}(params)`;
    return inBraces([
      ...(description === "" ? [] : [`description: ${render(literal(description))}`]),
      `parameters: ${schema}`,
      `run: ${run}`,
    ]);
  }
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
