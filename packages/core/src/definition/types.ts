/**
 * What an author's flow is once it has been recorded, whichever door it came through (class, builder, document).
 * `compile` turns it into a FlowPlan; the runtime takes the functions from here and all else from the plan.
 */
import type { z } from "zod";
import type { BindingData } from "./binding-data.js";

/** A leaf of a condition: one thing that it can wait for. */
export type ConditionLeaf =
  /** A step's completion or a router's label; which of the two, `compile` finds out. */
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "failed" | "settled"; readonly step: string }
  /** All elements of a `forEach` step are done: what they returned, or how each came out. */
  | { readonly kind: "collect" | "outcomes"; readonly step: string }
  /**
   * Each element of a `forEach` step as it is done, for a `forEach` step that goes on with it. Stands alone. `with`: steps before
   * on its way, `list`: the step that returned the list. What they made of the element is handed over too, in a record by name.
   */
  | { readonly kind: "elements"; readonly step: string; readonly with?: readonly string[]; readonly list?: string }
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
  /** It is handed so many elements at once, fewer only at the end, and returns a list with one result for each. */
  readonly batch?: number;
}

/** Where a step comes from, for pictures and messages; no part of the plan or its hash. */
export interface StepOrigin {
  /** What implements it, as its author names it: `"./loader.ts#load"`, `"http"`. */
  readonly reference?: string;
  /** Its doc text. */
  readonly description?: string;
  /** Where it is defined; `line` and `column` from 1. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Parameters and result as written: `"(draft: string) => Promise<Page>"`. */
  readonly signature?: string;
  /** It runs another flow, or asks people: drawn as such. */
  readonly shape?: "flow" | "approval";
}

/**
 * What a call finds beside state and payload, to be read when it begins. A condition's payload belongs to the call's turn; the
 * results that stand here are the newest there are.
 */
export interface CallSources {
  /** `"start"`, or the names that fired its condition, joined by `+`. */
  readonly trigger: string;
  /** With an element of a list: its position, from 0. */
  readonly index: number | undefined;
  /** The run's inputs, as they were checked; `undefined` unless the flow's definition `keepsInputs`. */
  readonly inputs: unknown;
  /** The newest committed result of a step, by its name; `undefined`: it has none. */
  readonly output: (step: string) => unknown;
  /** The state as it was committed when the call began. */
  readonly committed: unknown;
}

/** How a step's parameters are made, where they are not what its condition hands over. For `toDefinition()`. */
export interface StepParams {
  /** What they are made of, as plain data. */
  readonly toData?: () => BindingData;
  /** What checks them. */
  readonly schema?: z.ZodType;
}

/** One step, with everything recorded about it. Stacked decorators are merged into one of these. */
export interface StepDefinition {
  readonly name: string;
  readonly origin?: StepOrigin;
  readonly params?: StepParams;
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
  /** Asked once per call, with the committed state. */
  readonly when?: (state: unknown, payload: unknown, sources: CallSources) => boolean;
  /** Runs the step's code: `flow` is the author's instance. */
  readonly invoke: (flow: object, payload: unknown, sources: CallSources) => unknown;
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
  /** In whose words problems of the plan are told. @default "class" */
  readonly door?: "class" | "builder" | "document";
  readonly version?: string;
  readonly steps: readonly StepDefinition[];
  readonly state?: z.ZodType;
  readonly inputs?: z.ZodType;
  readonly output?: z.ZodType;
  /** By path: keys joined by dots. */
  readonly merge?: Readonly<Record<string, MergeRule>>;
  /** The schemas of signals that were declared with one, by signal name. */
  readonly signals: ReadonlyMap<string, z.ZodType>;
  /** Steps read the run's inputs as long as it runs: they are stored with each snapshot. @default false */
  readonly keepsInputs?: boolean;
  /** Asked before a run is begun, with the inputs as they were checked: throws where some step could not take them. */
  readonly checkInputs?: (inputs: unknown) => void;
  /** Makes what a completed run returns. @default the result of the last terminal step */
  readonly result?: (sources: CallSources) => unknown;
  /** What `result` makes it of, as plain data: for `toDefinition()`. */
  readonly resultData?: () => BindingData;
}
