/**
 * A document's step as it stands before the steps between an `explode` and its `collect` are told from the others: what it reads
 * by name, and what it makes of that.
 */
import type { StepSpec, StepTools } from "millrace";

/** What a step reads, by name: results of steps, `input`, `state`. */
export type Read = Readonly<Record<string, unknown>>;

export interface ItemStep {
  readonly spec: Omit<StepSpec, "run" | "with" | "when" | "forEach">;
  /** Names of what `run` reads. */
  readonly reads: readonly string[];
  /** Of a collect step: what is collected of one item, at once. */
  readonly run: (values: Read, tools: StepTools) => unknown;
  /** Names of what `when` reads. */
  readonly whenReads?: readonly string[];
  readonly when?: (values: Read) => boolean;
  readonly items?: "explode" | "collect";
  /** Names among these that can't be told of one item: how a step came out. */
  readonly unreadable?: readonly string[];
  /** Whether its author says what it follows. */
  readonly ordered?: boolean;
  /** How many items, or batches, are worked on at once. */
  readonly workers?: number;
  /** How many items are handed over at once: each name is a list then, and the result has one element for each. */
  readonly batch?: number;
  /** Of a collect step: what becomes of items that failed. */
  readonly failed?: "keep" | "drop" | "fail";
}

/** An item that did not come through. */
export interface ItemError {
  /** Its position in the list; with lists in lists the position in each. */
  readonly index: number | readonly number[];
  readonly step: string;
  readonly code: string;
  readonly message: string;
}

export interface ItemProblem {
  readonly step: string;
  /** The field that it is about. */
  readonly field: string;
  readonly message: string;
  readonly hint: string;
}
