/**
 * What an author's flow is once it has been recorded, whichever door it came through (class, builder, document).
 * `compile` turns it into a FlowPlan; the runtime takes the functions from here and all else from the plan.
 */
import type { z } from "zod";

/** A leaf of a condition: one thing that it can wait for. */
export type ConditionLeaf =
  /** A step's completion or a router's label; which of the two, `compile` finds out. */
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "failed" | "settled"; readonly step: string }
  /** All elements of a `forEach` step are done: what they returned, or how each came out. */
  | { readonly kind: "collect" | "outcomes"; readonly step: string }
  | { readonly kind: "signal"; readonly name: string };

/** A condition as recorded: plain data, references resolved to names. */
export type Condition =
  | ConditionLeaf
  /** Its payload stays for every turn. Stands around a leaf inside `and` and `atLeast`. */
  | { readonly kind: "keep"; readonly of: ConditionLeaf }
  | { readonly kind: "and" | "or" | "each" | "race"; readonly of: readonly Condition[] }
  | { readonly kind: "atLeast"; readonly count: number; readonly of: readonly Condition[] };

/** When and how a failed attempt is tried again. All durations in milliseconds. */
export interface RetryPolicy {
  /** Attempts in all, the first one included; at least 1. */
  readonly attempts: number;
  readonly backoff: "fixed" | "exponential";
  readonly delayMs: number;
  readonly maxDelayMs: number;
  /** Each delay is drawn between half of it and all of it. */
  readonly jitter: boolean;
}

/** How a step is called for the elements of a list. */
export interface ForEachPolicy {
  /** Elements of one list that are worked on at the same time. */
  readonly concurrency: number;
  /** Whether an element that has failed is a failure of the run, or one of the outcomes that are collected. */
  readonly onError: "fail" | "collect";
}

/** One step, with everything recorded about it. Stacked decorators are merged into one of these. */
export interface StepDefinition {
  readonly name: string;
  /** Marked with a bare `@start()`: called at kickoff with the inputs. */
  readonly starts: boolean;
  /** One condition for each stacked decorator that gave one; each of them calls the step by itself. */
  readonly conditions: readonly Condition[];
  readonly router: boolean;
  /** Labels as declared by `routes`; undefined: not declared. */
  readonly routes?: readonly string[];
  /** String literals in the method's source, for a router that declares no routes. */
  readonly literals?: readonly string[];
  /** Whether one completion of this router may return several labels (an array or `labels(…)`). */
  readonly severalLabels?: boolean;
  readonly retry?: RetryPolicy;
  readonly retryIf?: (error: unknown) => boolean;
  readonly timeoutMs?: number;
  /** Called once per element of the list that its condition hands over. */
  readonly forEach?: ForEachPolicy;
  /** Asked once per call, with the committed state, the payload, and what called it (as in `StepCallRecord.trigger`). */
  readonly when?: (state: unknown, payload: unknown, trigger: string) => boolean;
  /** Runs the step's code: `flow` is the author's instance; `index` stands with an element of a list, from 0. */
  readonly invoke: (flow: object, payload: unknown, index?: number) => unknown;
}

/** How two concurrent writes of one place become one. */
export type MergeRule =
  | "sum"
  | "append"
  | "union"
  | "max"
  | "lastWrite"
  | ((base: any, mine: any, theirs: any) => unknown);

/** A whole flow as recorded, in the order in which its steps are written (those of a base class first). */
export interface FlowDefinition {
  readonly name: string;
  readonly version?: string;
  readonly steps: readonly StepDefinition[];
  readonly state?: z.ZodType;
  readonly inputs?: z.ZodType;
  readonly output?: z.ZodType;
  /** By path: keys joined by dots. */
  readonly merge?: Readonly<Record<string, MergeRule>>;
  /** The schemas of signals that were declared with one, by signal name. */
  readonly signals: ReadonlyMap<string, z.ZodType>;
}
