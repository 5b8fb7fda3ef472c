/** What the calls of one run share, and who takes what they bring. */
import type { FlowLogger } from "../definition/index.js";
import type { CallNote, CallOutcome, FlowClock, FlowPersistence, ParentCall } from "../ports/index.js";
import type { StepCallRecord } from "../scheduler/index.js";
import type { CompiledFlow } from "./compiled-flow.js";
import type { EventSink } from "./event-sink.js";
import type { StepSurroundings } from "./step-surroundings.js";

/** One attempt of a call, as whoever takes what it brings sees it. */
export interface RunningCall {
  readonly record: StepCallRecord;
  readonly attempt: number;
  /** By `performance.now()`; 0: nobody wants to know. */
  readonly startedAt: number;
}

/** Who takes what the calls of a run bring. */
export interface CallsOwner {
  /** Takes what an attempt brings. */
  settled(call: RunningCall, outcome: CallOutcome): void;
  chunk(call: RunningCall, chunk: unknown): void;
  /** An attempt wants something stored before it goes on. */
  note(call: RunningCall, key: string, note: CallNote): void;
  /** An attempt waits for people alone now. */
  parked(): void;
  /** An attempt goes to sleep: see NotesHome. */
  slept(settled: () => void): void;
  /** A timer of an attempt is due. */
  fired(call: RunningCall, key: string): void;
  /** Whether anybody wants to know how long attempts take. */
  readonly timed: boolean;
}

export interface RunContext {
  readonly runId: string;
  /** The author's instance. */
  readonly instance: object;
  readonly flow: CompiledFlow;
  readonly logger: FlowLogger;
  readonly clock: FlowClock;
  /** Whose wrappers stand around the code of steps. */
  readonly events: StepSurroundings;
  /** Look for values of the state that were changed in place. */
  readonly strict: boolean;
  /** Who hears the run's events. */
  readonly sinks: readonly EventSink[];
  readonly returnAfterMs: number | undefined;
  /** Where the run is stored. */
  readonly persistence: FlowPersistence;
  readonly machine: {
    readonly path: readonly ParentCall[] | undefined;
    readonly inputs: unknown;
    readonly outputs: ReadonlyMap<number, unknown>;
  };
  readonly owner: CallsOwner;
}
