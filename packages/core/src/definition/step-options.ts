import type { Duration } from "./duration.js";
import type { DeepReadonly } from "./flow-shape.js";
import type { CallSources } from "./types.js";

/** When and how a failed attempt is tried again. */
export interface RetryOptions {
  /** Attempts in all, the first one included; at least 1. */
  readonly attempts: number;
  /** How the delay grows from attempt to attempt: not at all, or doubled. @default "exponential" */
  readonly backoff?: "fixed" | "exponential";
  /** Before the second attempt. @default "1s" */
  readonly delay?: Duration;
  /** The longest delay. @default "30s" */
  readonly maxDelay?: Duration;
  /** Draws each delay between half of it and all of it. @default true */
  readonly jitter?: boolean;
  /** Asked after each failed attempt; false: the step has failed for good. */
  readonly if?: (error: unknown) => boolean;
}

/** What a step decorator takes last. `S` is the flow's state, `P` the step's payload. */
export interface StepOptions<S = any, P = any> {
  readonly retry?: RetryOptions;
  /** For each attempt. A timed-out attempt fails with `STEP_TIMEOUT` and its abort signal fires. @default none */
  readonly timeout?: Duration;
  /** Asked once per call, before it; false: the call is skipped. `sources`: the run's inputs, and newest results of steps. */
  readonly when?: (state: DeepReadonly<S>, payload: P, sources: CallSources) => boolean;
}

/** What `@router` takes last. `L` are the labels that the method's return type knows. */
export interface RouterOptions<S = any, P = any, L = string> extends StepOptions<S, P> {
  /** All labels that it may return. Declare them where a loop or an `or` depends on them. */
  readonly routes?: readonly L[];
}
