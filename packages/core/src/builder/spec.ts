/**
 * A flow as a door hands it over that has no class: its steps with what implements them, what their parameters are made of, and
 * what they wait for. The builder, documents and ports of other frameworks write these; `lowerFlow` makes a definition of one.
 */
import type { z } from "zod";
import type {
  Condition,
  Duration,
  ForEachOptions,
  MergeRule,
  RetryOptions,
  Signal,
  StepOrigin,
} from "../definition/index.js";
import type { Flow, StepTools } from "../runtime/index.js";
import type { Binding } from "./binding.js";

/** What runs as a step. A generator streams: its yields are chunks. */
// biome-ignore lint/suspicious/noExplicitAny: what it takes, its own type says
export type StepFunction = (params: any, tools: StepTools) => unknown;

/** A class whose instances are flows, or such an instance: it is run as a flow of its own, inside the step's call. */
// biome-ignore lint/suspicious/noExplicitAny: whatever its state is, and whatever it is made of
export type StepFlow = (new (options?: any) => Flow<any>) | Flow<any>;

/** What a predicate reads: results by step, `undefined` where there is none. */
export interface FlowValues {
  readonly input: unknown;
  readonly state: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: a step's result
  readonly [step: string]: any;
}

/** An edge without data. */
export interface StepLink {
  readonly step: string;
  /** Asked when the step would be called; false: it is skipped. */
  readonly when?: (values: FlowValues) => boolean;
}

/** An edge without data, by both its ends. */
export interface FlowLink extends Pick<StepLink, "when"> {
  readonly from: string;
  readonly to: string;
}

/** A step that is done again within its call: at least once, and again while `while` says so. */
// biome-ignore lint/suspicious/noExplicitAny: what the step returns
export interface Repeat<T = any> {
  /** Asked after each round with what it returned, and its number, from 1. */
  readonly while: (result: T, round: number) => boolean;
  /** Rounds at most; when `while` still answers true then, the step fails (STEP_REPEAT_LIMIT). @default 100 */
  readonly max?: number;
}

export interface StepSpec {
  readonly name: string;
  readonly run: StepFunction | StepFlow;
  /** What `run` is given: its references are edges. @default the flow's inputs; with `on` or `forEach` what these hand over */
  readonly with?: Binding;
  /** Checks what `with` makes, and is what `run` is given. */
  readonly params?: z.ZodType;
  /**
   * This alone decides when the step is called, and references are no edges: one that `on` does not wait for reads the newest
   * result of its step. As recorded, or in the words of conditions: `or("research", "rework")`.
   */
  readonly on?: Condition | object | string;
  readonly after?: readonly StepLink[];
  /** Called at kickoff. @default it refers to no step, follows none and has no `on` */
  readonly starts?: boolean;
  /** What it returns are labels. @default it has `routes` */
  readonly router?: boolean;
  readonly routes?: readonly string[];
  /** Whether one completion may return several labels. @default what the function's source shows */
  readonly severalLabels?: boolean;
  /** Asked once per call, before it; false: the call is skipped. One that takes `outcomes` is told by step how each came out. */
  readonly when?: (values: FlowValues, outcomes: FlowValues) => boolean;
  /** See `repeated`. A router can't be. */
  readonly repeat?: Repeat;
  readonly retry?: RetryOptions;
  readonly timeout?: Duration;
  /** Called once per element of the list that `on` hands over; `with` refers to it as `item`, to its position as `index`. */
  readonly forEach?: Pick<ForEachOptions, "concurrency" | "onError"> & {
    /** It is handed so many at once, as a list, and returns a list with one result for each. @default one by one */
    readonly batch?: number;
  };
  readonly origin?: StepOrigin;
}

export interface FlowSpec {
  readonly name: string;
  /** In whose words problems are told. @default "builder" */
  readonly door?: "builder" | "document";
  readonly version?: string;
  /** What `kickoff` takes. @default parts of the state */
  readonly input?: z.ZodType;
  readonly state?: z.ZodType<object>;
  /** What the run returns is checked by this. */
  readonly output?: z.ZodType;
  readonly merge?: Readonly<Record<string, MergeRule>>;
  /** Signals that have a schema, or that references lead to. */
  readonly signals?: readonly Signal<string, unknown, unknown>[];
  readonly steps: readonly StepSpec[];
  /** Edges without data, as `after` of the steps that they lead to. */
  readonly links?: readonly FlowLink[];
  /** What the run returns. @default the result of the last step that nothing follows */
  readonly result?: Binding;
}
