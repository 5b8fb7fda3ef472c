import type { NoState, Self, Signal, StateOf, StepCall } from "../definition/index.js";
import { FlowError } from "../errors/index.js";
import type { FlowPlan } from "../plan/types.js";
import type { DriveOptions, FlowEvents, FlowOptions, KickoffArgs, SignalOptions } from "./flow-options.js";
import type { RunResult, SignalResult } from "./run-result.js";
import type { RunStream } from "./run-stream.js";
import type { Runs } from "./runs.js";

/**
 * A flow: subclass it, mark methods with `@start`, `@listen` and `@router`, call `kickoff()`. `C` is the class itself,
 * `class Review extends Flow<typeof Review>`, with zod schemas as statics; or a plain state type, `Flow<{ n: number }>`,
 * with `initialState`; or nothing for a flow without a state.
 */
export abstract class Flow<C = NoState> {
  /** Types only. A string key, so that declaration files can name it. */
  declare readonly "~types"?: C;
  /** The state at the start of a run. With a schema: put over its defaults. */
  initialState?: StateOf<C>;

  constructor(options?: FlowOptions<C>) {
    if (options?.maxCalls !== undefined) throw unfinished();
  }

  /** The plan that the class compiles to. */
  static plan(): FlowPlan {
    throw unfinished();
  }

  get state(): StateOf<C> {
    throw unfinished();
  }

  get call(): StepCall {
    throw unfinished();
  }

  get runs(): Runs<this> {
    throw unfinished();
  }

  get events(): FlowEvents {
    throw unfinished();
  }

  kickoff(this: this & Self<C>, ..._args: KickoffArgs<C>): Promise<RunResult<this>> {
    throw unfinished();
  }

  stream(this: this & Self<C>, ..._args: KickoffArgs<C>): RunStream<this> {
    throw unfinished();
  }

  resume(_id: string, _options?: DriveOptions): Promise<RunResult<this>> {
    throw unfinished();
  }

  signal<N extends string, P, I>(
    id: string,
    signal: Signal<N, P, I>,
    ...rest: unknown extends I ? [payload?: unknown, options?: SignalOptions] : [payload: I, options?: SignalOptions]
  ): Promise<SignalResult<this>>;
  signal(id: string, name: string, payload?: unknown, options?: SignalOptions): Promise<SignalResult<this>>;
  signal(
    _id: string,
    _signal: string | Signal<string, unknown>,
    _payload?: unknown,
    _options?: SignalOptions,
  ): Promise<SignalResult<this>> {
    throw unfinished();
  }
}

function unfinished(): FlowError {
  return new FlowError("INTERNAL", "This part of Flow is not there yet.");
}
