/** What lowering a flow needs, and what comes of it. */
import type { DefinedFlow } from "millrace";
import type { z } from "zod";
import type { LoadedProject } from "../load/project.js";
import type { Sections } from "../load/sections.js";
import type { Problems } from "../problems/index.js";
import type { MapNode, Path } from "../source/index.js";
import type { Connection, StepContext } from "../step-context.js";
import type { DocumentTypes } from "../types/index.js";

export interface FlowContext {
  readonly id: string;
  readonly node: MapNode;
  /** From the top of the file in which it stands. */
  readonly path: Path;
  /** Ids of steps that could not be read: they are there for what refers to them. */
  readonly ghosts: ReadonlySet<string>;
  /** Whether all of it could be read. */
  readonly whole: boolean;
  readonly problems: Problems;
  readonly types: DocumentTypes;
  readonly project: LoadedProject;
  /** As written, without secrets. */
  readonly connections: ReadonlyMap<string, Connection>;
  readonly models: StepContext["models"];
  readonly memories: StepContext["memories"];
  readonly tools: StepContext["tools"];
  /** Where all of these stand. */
  readonly sections: Sections;
  readonly checkReference: StepContext["checkReference"];
  /** Another flow of the documents; undefined: it has problems of its own. */
  readonly flow: (id: string) => LoweredFlow | undefined;
  readonly flowIds: readonly string[];
}

export interface LoweredFlow {
  readonly id: string;
  readonly description?: string;
  readonly flow: DefinedFlow;
  /** Undefined: it takes none, or parts of its state. */
  readonly input: z.ZodType | undefined;
  /** It has neither inputs nor a state that they would be put into. */
  readonly takesNothing: boolean;
  /** Undefined: not known. */
  readonly output: z.ZodType | undefined;
  /** Asked at the start of a run: throws where a step could not take what the inputs make of its parameters. */
  readonly checkInputs?: (inputs: unknown) => void;
}

/** What differs from flow to flow. */
export type PerFlow = "id" | "node" | "path" | "ghosts" | "whole" | "flow" | "flowIds";
