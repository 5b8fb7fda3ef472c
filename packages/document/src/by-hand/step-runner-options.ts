/** What is handed to step types in a class, where no document declares it. */
import type { Env } from "../load/interpolate.js";
import type { Memory } from "../memory/memory.js";
import type { Connection, Model, ProjectTool } from "../step-context.js";

/** A model; its id is the name that it stands under. */
export interface HandModel {
  readonly provider: string;
  /** As the provider calls it. @default its name */
  readonly model?: string;
  readonly description?: string;
  /** What requests to it carry: `{ temperature: 0 }`. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** What it costs, in USD per million tokens. */
  readonly prices?: Model["prices"];
  /** How it is reached: one of `connections`, by name, or its own. */
  readonly connection?: string | Connection;
}

/** A memory; its id is the name that it stands under. */
export type HandMemory = Omit<Memory, "id">;

/** A tool; its id is the name that it stands under. */
export type HandTool = Pick<ProjectTool, "parameters" | "run"> & Partial<Pick<ProjectTool, "description" | "output">>;

export interface StepRunnerOptions {
  /** The folder that files and databases of steps stay within: a path, or the URL of a file in it. @default the working directory */
  readonly root?: string | URL;
  /** What steps name by `connection`; what is secret comes from the environment by `fromEnv`. */
  readonly connections?: Readonly<Record<string, Connection>>;
  /** What step types name by `model` and `memory`. A memory stands in the flow's state, under its name. */
  readonly models?: Readonly<Record<string, HandModel>>;
  readonly memories?: Readonly<Record<string, HandMemory>>;
  /** What step types hand on by `project.tool(id)`. */
  readonly tools?: Readonly<Record<string, HandTool>>;
  /** Classes of flows, which step types find by `project.flow(id)`; functions, since classes may stand below. */
  readonly flows?: Readonly<Record<string, () => unknown>>;
  /** Names for types, which step types look up by `project.type("Article")`: zod schemas, or types as documents write them. */
  readonly types?: Readonly<Record<string, unknown>>;
  /** What step types of a project's own find by `project.load(reference)`. */
  readonly exports?: Readonly<Record<string, unknown>>;
  /** What `fromEnv` reads. @default the environment of the process */
  readonly env?: Env;
}
