/**
 * What the loader tells step types: at load, of the document around a step (`StepContext`); when a step is called, of the project
 * that it belongs to (`StepProject`).
 */
import type { DefinedFlow, StepTools } from "millrace";
import type { z } from "zod";
import type { Memory, StepMemory } from "./memory/memory.js";

/** One thing wrong with a step, found by its type. The loader adds where it stands. */
export interface StepProblem {
  /** Where, inside of the step: `["headers", "accept"]`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The way out, one sentence. */
  readonly hint?: string;
  /** What may stand there. */
  readonly allowed?: readonly string[];
  /** The name that was most likely meant. */
  readonly nearest?: string;
}

/** A document's connection. Fields that came from the environment are handles until a step is called. */
export interface Connection {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A model of the document, under `models:`. */
export interface Model {
  readonly id: string;
  /** Who serves it: a word that step types know, `"openai"`. */
  readonly provider: string;
  /** As the provider calls it. */
  readonly model: string;
  readonly description?: string;
  /** What requests to it carry: `{ temperature: 0 }`. */
  readonly params: Readonly<Record<string, unknown>>;
  /** What it costs, in USD per million tokens. */
  readonly prices?: { readonly input: number; readonly output: number; readonly cachedInput?: number };
  /** How it is reached. At load its secrets are handles; `project.model` answers them. */
  readonly connection?: Connection;
}

/** What a step type may know of the document at load. Nothing of the project has been run. */
export interface StepContext {
  readonly flow: string;
  readonly step: string;
  /** The project's folder, without symbolic links: nothing outside of it is read. */
  readonly root: string;
  /** By id, without secrets. */
  readonly connections: ReadonlyMap<string, Connection>;
  /** By id, without secrets. */
  readonly models: ReadonlyMap<string, Model>;
  readonly memories: ReadonlyMap<string, Memory>;
  /** The tools under `tools:`, by id. */
  readonly tools: ReadonlyMap<string, Pick<ProjectTool, "parameters" | "output">>;
  /** Ids of the documents' flows. */
  readonly flows: ReadonlySet<string>;
  /** The schema of a type as documents write it: `"text"`, `"list[Article]"`, `{ title: "text" }`; or what is wrong with it. */
  type(written: unknown): { readonly schema: z.ZodType } | { readonly problem: Omit<StepProblem, "path"> };
  /** What is wrong with a reference to an export of a module, `"./steps.ts#research"`; undefined: nothing. */
  checkReference(reference: string): Omit<StepProblem, "path"> | undefined;
}

/** What a step may use of its project while it runs. */
export interface StepProject {
  /** The project's folder, without symbolic links. */
  readonly root: string;
  /**
   * A connection by its id, with its secrets. That there is one, `connectionRef` has seen to.
   * @throws {FlowError} STEP_VALUE_INVALID – there is none; so with models, memories, tools and flows
   */
  connection(id: string): Connection;
  /** A model by its id, with the secrets of its connection. */
  model(id: string): Model;
  /** A memory by its id, as it is in the state of the call whose tools these are. */
  memory(id: string, tools: StepTools): StepMemory;
  /** The class of a flow, by its id. */
  flow(id: string): DefinedFlow;
  /** As `StepContext.type`, for what was checked at load. */
  type(written: unknown): z.ZodType;
  /** What a reference names. Its module was imported when the document was loaded. */
  load(reference: string): unknown;
  /** A hash of the file of the module that a reference names, as it was when it was imported: changes when its code does. */
  moduleHash(reference: string): string;
  /** A tool of the document's `tools:`, by its id. */
  tool(id: string): ProjectTool;
}

/** A tool of a document, ready to be called. */
export interface ProjectTool {
  readonly id: string;
  readonly description: string;
  /** What it is called with. */
  readonly parameters: z.ZodType;
  /** What it makes; undefined: not known. */
  readonly output: z.ZodType | undefined;
  /** Calls it, with parameters that were checked by `parameters`. */
  readonly run: (call: { readonly params: unknown; readonly tools: StepTools }) => unknown;
}
