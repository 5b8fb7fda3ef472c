import type {
  ContinueInputs,
  Duration,
  FlowLogger,
  InitialState,
  KickoffInputs,
  NoState,
} from "../definition/index.js";
import type { FlowClock, FlowPersistence, RestStatus } from "../ports/index.js";
import type { FlowEvents } from "./event-bus.js";
import type { StepHarness } from "./step-harness.js";

export interface FlowOptions<C = object> {
  /** Where runs are stored. @default in memory, gone with the process */
  readonly persistence?: FlowPersistence;
  /** A bus shared with others. @default the flow's own */
  readonly events?: FlowEvents;
  /** @default silent */
  readonly logger?: FlowLogger;
  /** Calls of one step in one run. @default 1000 */
  readonly maxCalls?: number;
  /**
   * Fails a step with STATE_CHANGED_IN_PLACE that changes a Date, URL or typed array of the state in place instead of
   * replacing it. Costs the size of the state at every step: for tests. @default false
   */
  readonly strict?: boolean;
  /** What sleeps, retries, timeouts and deadlines go by; `virtualClock()` of `@millrace/testing` jumps. @default the system's */
  readonly clock?: FlowClock;
  /** For test kits: what runs in place of the code of steps. @default the code itself */
  readonly harness?: StepHarness;
  /** What is kept beside runs in their journals. */
  readonly annotate?: Annotate;
  /** How long running steps may take to settle once the run has failed or was cancelled. @default "5s" */
  readonly abortGrace?: Duration;
  /** Put over the defaults of the state's schema; without a schema the whole state. */
  readonly initialState?: InitialState<C>;
}

/**
 * Asked for a run that is driven here before each write to its journal, and within half a second after it has emitted something:
 * the value that it answers is kept in the same write, undefined: none. It may be any value that a state may hold; while it
 * answers with a promise the run waits. `flow.runs.annotations(id)` tells all of them in order. `rest`: how the run is about to
 * come to rest, where this is the last write before; if a message arrives in this moment, the run goes on after all.
 *
 * @example
 * const heard: string[] = [];
 * new Flow({ annotate: () => (heard.length > 0 ? heard.splice(0) : undefined) });
 */
export type Annotate = (runId: string, rest?: RestStatus) => unknown;

export interface DriveOptions {
  /** Aborting it cancels the run. */
  readonly abortSignal?: AbortSignal;
  /**
   * Aborting it gives the run up as it stands, for anybody to `resume`: nothing new starts, running steps are told by
   * `this.call.abortSignal`, and what they commit within `abortGrace` counts. What does not is run again.
   */
  readonly stopSignal?: AbortSignal;
  /** How long the run may take from now on until it rests. @default no limit */
  readonly timeout?: Duration;
  /**
   * Where nothing but sleeps and delays of retries is left, the run leaves this process, with status `"waiting"`; with a duration,
   * only where the next one is due later than that from now. @default it stays in this process
   */
  readonly returnOnSleep?: boolean | Duration;
}

interface NewRunOptions extends DriveOptions {
  /** The run's id. @default a new one */
  readonly id?: string;
}

export interface ContinueOptions extends NewRunOptions {
  /**
   * The run of the session, by its id, on whose state the new one begins: the session branches there, and goes on from the new
   * run. null: from the beginning, as the first run of a session. @default the session's newest run
   */
  readonly from?: string | null;
}

export interface KickoffOptions extends NewRunOptions {
  /**
   * The run, of this flow, on whose state the new one begins, as `continue` does with the newest of a session: it has ended,
   * however it did, or waits. Naming an older one branches. @default a state of its own
   */
  readonly continues?: string;
}

/** How a run is driven on that has been answered. */
export type AnswerOptions = Pick<DriveOptions, "returnOnSleep" | "stopSignal">;

export interface SignalOptions extends AnswerOptions {
  /** A second signal of the run with the same id is dropped. */
  readonly id?: string;
}

/** Inputs may be left out when none are required. */
export type KickoffArgs<C> =
  NoState extends KickoffInputs<C>
    ? [inputs?: KickoffInputs<C>, options?: KickoffOptions]
    : [inputs: KickoffInputs<C>, options?: KickoffOptions];

export interface RunFlowOptions {
  /** Which of the call's children it is, the same in every attempt. @default its position among those of the same flow */
  readonly key?: string;
}

/** What `runFlow` is given beside the flow. */
export type RunFlowArgs<C> =
  NoState extends KickoffInputs<C>
    ? [inputs?: KickoffInputs<C>, options?: RunFlowOptions]
    : [inputs: KickoffInputs<C>, options?: RunFlowOptions];

/** As KickoffArgs, for a run that finds a state there. */
export type ContinueArgs<C> =
  NoState extends ContinueInputs<C>
    ? [inputs?: ContinueInputs<C>, options?: ContinueOptions]
    : [inputs: ContinueInputs<C>, options?: ContinueOptions];

export interface SessionOptions extends ContinueOptions {
  /** The session whose next run it is. */
  readonly session: string;
}

/** Of a stream: as `kickoff`'s, or, with a `session`, as `continue`'s. */
export type StreamOptions = KickoffOptions & Partial<SessionOptions>;

/** As KickoffArgs; or as ContinueArgs, with the session among the options. */
export type StreamArgs<C> =
  | KickoffArgs<C>
  | (NoState extends ContinueInputs<C>
      ? [inputs: ContinueInputs<C> | undefined, options: SessionOptions]
      : [inputs: ContinueInputs<C>, options: SessionOptions]);
