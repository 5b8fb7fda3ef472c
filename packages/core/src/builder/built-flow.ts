import type { NoState } from "../definition/index.js";
import type { FlowPlan } from "../plan/index.js";
import {
  Flow,
  type FlowLike,
  type KickoffArgs,
  type RunResult,
  type RunStream,
  type StreamArgs,
} from "../runtime/index.js";
import { type FlowRun, watchRun } from "./flow-run.js";

/** A flow that was built: all that an instance of a flow class is, and two words more. */
export class BuiltFlow<C = NoState> extends Flow<C> {
  /**
   * One run, to its result: as `kickoff`.
   * @throws {FlowError} RUN_INPUTS_INVALID, STEP_PARAMS_INVALID – the inputs do not fit the flow, or what a step makes of them
   * @throws {FlowError} STEP_FAILED – or another code of what made the run fail; `error.runId` is set
   */
  complete(...args: KickoffArgs<C>): Promise<RunResult<this>> {
    return driven<this>(this).kickoff(...args);
  }

  /** One run, watched: what begins, what comes bit by bit, and how each step came out. With a `session`, its next run. */
  run(...args: StreamArgs<C>): FlowRun<this> {
    const { plan } = this.constructor as unknown as { plan(): FlowPlan };
    const begin = () => driven<this>(this).stream(...args);
    const planOf = (id: string) => this.runs.planOf(id);
    return watchRun(begin, { events: this.events, plan: plan.bind(this.constructor), planOf });
  }
}

/** What `kickoff` asks of `this`, a class can't promise of itself. */
interface Driven<F extends FlowLike> {
  kickoff(...args: readonly unknown[]): Promise<RunResult<F>>;
  stream(...args: readonly unknown[]): RunStream<F>;
}

const driven = <F extends FlowLike>(flow: F) => flow as unknown as Driven<F>;
