import type { FlowEvent } from "./flow-options.js";
import type { FlowLike, RunResult } from "./run-result.js";

/** A run that is watched: its events in order, and its result. Leaving the loop does not cancel the run. */
export interface RunStream<F extends FlowLike> extends AsyncIterable<FlowEvent> {
  readonly id: string;
  /** As `kickoff` would have answered. */
  readonly result: Promise<RunResult<F>>;
  cancel(reason?: string): Promise<void>;
}
