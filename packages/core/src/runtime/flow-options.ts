import type { Duration, FlowLogger, InitialState, KickoffInputs, NoState } from "../definition/index.js";
import type { FlowPersistence } from "../ports/index.js";

/** One event of a run, plain data. */
export interface FlowEvent {
  readonly type: string;
  readonly seq: number;
  readonly runId: string;
  readonly flow: string;
  /** ms since the epoch */
  readonly at: number;
}

/** Where a flow's events go, and where they are heard. */
export interface FlowEvents {
  /** Answers a function that ends it. */
  on(type: string, handler: (event: FlowEvent) => void): () => void;
}

export interface FlowOptions<C = object> {
  /** Where runs are stored. @default in memory, gone with the process */
  readonly persistence?: FlowPersistence;
  /** A bus shared with others. @default the flow's own */
  readonly events?: FlowEvents;
  /** @default silent */
  readonly logger?: FlowLogger;
  /** Calls of one step in one run. @default 1000 */
  readonly maxCalls?: number;
  /** Put over the defaults of the state's schema; without a schema the whole state. */
  readonly initialState?: InitialState<C>;
}

export interface DriveOptions {
  /** Aborting it cancels the run. */
  readonly abortSignal?: AbortSignal;
  /** How long the run may take from now on, waiting included. @default no limit */
  readonly timeout?: Duration;
}

export interface KickoffOptions extends DriveOptions {
  /** The run's id. @default a new one */
  readonly id?: string;
}

export interface SignalOptions {
  /** A second signal of the run with the same id is dropped. */
  readonly id?: string;
}

/** Inputs may be left out when none are required. */
export type KickoffArgs<C> =
  NoState extends KickoffInputs<C>
    ? [inputs?: KickoffInputs<C>, options?: KickoffOptions]
    : [inputs: KickoffInputs<C>, options?: KickoffOptions];
