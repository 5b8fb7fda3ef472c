import type { DeepReadonly, OutputOf, Outputs, ShapeOf } from "../definition/index.js";
import type { FlowError } from "../errors/index.js";
import type { Usage, WaitingFor } from "../ports/index.js";

/** What a result type needs of a flow. */
export interface FlowLike {
  readonly state: unknown;
}

export interface CompletedRun<F extends FlowLike> {
  readonly id: string;
  readonly status: "completed";
  readonly output: OutputOf<ShapeOf<F>>;
  /** Each step's latest result by name. */
  readonly outputs: Outputs<F>;
  readonly state: DeepReadonly<F["state"]>;
  /** The sums of what its steps have told by `addUsage`, and of what runs that they have started have; absent: nothing. */
  readonly usage?: Usage;
}

export interface WaitingRun<F extends FlowLike> {
  readonly id: string;
  readonly status: "waiting";
  readonly output: undefined;
  readonly outputs: Outputs<F>;
  readonly state: DeepReadonly<F["state"]>;
  readonly waitingFor: readonly WaitingFor[];
  readonly usage?: Usage;
}

/** How `kickoff` and `resume` resolve. A failed or cancelled run rejects with a FlowError instead. */
export type RunResult<F extends FlowLike> = CompletedRun<F> | WaitingRun<F>;

/** How `signal` resolves. `"running"`: the run is driven elsewhere and the signal is stored. */
export type SignalResult<F extends FlowLike> = RunResult<F> | { readonly id: string; readonly status: "running" };

/** How a run that `recover` took over came to rest. */
export type RecoveredRun<F extends FlowLike> =
  | RunResult<F>
  | { readonly id: string; readonly status: "failed" | "cancelled"; readonly error: FlowError }
  /** It could not be taken up, and stands where it stood: the code has changed, what is stored is damaged, … */
  | { readonly id: string; readonly status: "refused"; readonly error: FlowError };
