/**
 * The port between the run loop and an engine. The loop decides; the engine runs calls, keeps timers, takes messages in, and
 * makes things durable. All that the loop learns comes as arrivals, in one order that the engine can repeat; nothing in the
 * loop asks a clock or chance, so an arrival brings the time and the random number that belong to it.
 */
import type { FlowError } from "../errors/index.js";
import type { StepCallRecord } from "../scheduler/index.js";
import type { CallState, StateChange } from "../state/index.js";
import type { Asleep, CallLeft, CallNote, JournalEntry } from "./journal.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { Rest, StoredMessage } from "./persistence.js";
import type { Answer, AskedApproval } from "./question.js";
import type { Usage } from "./usage.js";

/** How an attempt of a call came out; a failure is data too. */
export type CallOutcome =
  | {
      readonly type: "completed";
      readonly output: unknown;
      readonly labels: readonly { readonly label: string; readonly payload: unknown }[];
      readonly change: StateChange | undefined;
      /** The output is put before a human; the label is still to come. */
      readonly approval?: AskedApproval;
      /** What the attempt itself has used. */
      readonly usage?: Usage;
    }
  | { readonly type: "skipped" }
  | {
      readonly type: "failed";
      readonly error: FlowError;
      /** What the step's `retry.if` says. */
      readonly mayRetry: boolean;
      /** From 0 to below 1, for the jitter of the next delay. */
      readonly chance: number;
      readonly usage?: Usage;
      /** What it leaves, should the call never complete. */
      readonly left?: CallLeft;
    };

export type Arrival =
  | {
      readonly type: "call";
      readonly at: number;
      readonly call: number;
      readonly outcome: CallOutcome;
      /** How long the attempt took; 0 where nobody listens. */
      readonly durationMs: number;
    }
  /** An attempt wants something stored before it goes on. */
  | {
      readonly type: "note";
      readonly at: number;
      readonly call: number;
      readonly attempt: number;
      readonly key: string;
      readonly note: CallNote;
    }
  /** The time for an answer is up. */
  | { readonly type: "expired"; readonly at: number; readonly call: number; readonly key: string }
  /** A child that the call waits for may be able to go on, or has ended elsewhere. */
  | { readonly type: "child"; readonly at: number; readonly call: number; readonly key: string }
  /** The retry timer of a call is due. */
  | { readonly type: "timer"; readonly at: number; readonly call: number }
  | { readonly type: "message"; readonly at: number; readonly message: StoredMessage }
  /** The caller wants no more: its abort signal or its timeout. */
  | { readonly type: "stop"; readonly at: number; readonly reason: string; readonly timedOut: boolean }
  /** The caller wants the run back as it stands: nothing new begins. */
  | { readonly type: "halt"; readonly at: number }
  /** Calls had time enough to settle after an abort. */
  | { readonly type: "grace"; readonly at: number };

/** One try at a call. */
export interface Attempt {
  /** From 1. */
  readonly attempt: number;
  /** Whether the step's `when` is still to be asked: it is asked until it has answered. */
  readonly ask: boolean;
  readonly state: CallState;
  /** What earlier attempts have noted, by key. */
  readonly notes: ReadonlyMap<string, CallNote> | undefined;
}

export interface RunPort {
  /** The time for entries that no arrival brings about. */
  now(): number;
  /**
   * Begins to take messages in that come after the inbox position; those already stored have arrived when it resolves.
   */
  arm(inboxRead: number): MaybePromise<void>;
  /** Starts one attempt; its end arrives as `call`. */
  start(call: StepCallRecord, attempt: Attempt): void;
  /** What a running call wanted noted is stored: it goes on. */
  noted(call: number, key: string, answer?: Answer): void;
  /** There is news of a child that a running call waits for. */
  moved(call: number, key: string): void;
  /** Arrives as `expired` at `at`, if the run is still here then: nobody waits for it. */
  setDeadline(deadline: { readonly call: number; readonly key: string; readonly at: number }): void;
  /** Arrives as `timer` at `at` (ms since the epoch), or at once when that is past. */
  setTimer(call: number, at: number): void;
  /** Forgets all timers. */
  clearTimers(): void;
  /** Sets the abort signal of a running call whose outcome is wanted no more: it does not arrive. */
  drop(call: number): void;
  /** Sets the abort signals of all running calls; their outcomes still arrive. */
  abortAll(reason: string): void;
  /**
   * The run is to be given up soon: tells all running calls by their abort signals. Those that sleep, or wait for a run that they
   * have started, do not count as pending any more.
   */
  halt(): void;
  /** What running calls leave, should they never complete. */
  left(): readonly CallLeft[];
  /** Lets `grace` arrive after so many ms, or after the engine's abort grace, once. */
  startGrace(graceMs?: number): void;
  /** How many calls and timers are still to arrive. */
  readonly pending: number;
  /** After `halt`: whether some running call sleeps, or waits for a run that was stopped with this one. */
  readonly cutOff: boolean;
  /**
   * The running calls that sleep, if the caller wants the run back now: nothing but timers is still to arrive, and none of them
   * soon. Undefined: it goes on here.
   */
  asleep(): readonly Asleep[] | undefined;
  /**
   * Whether something has arrived. If not, `wake` is called when something has, once; if several calls end together, after
   * all of them. Throws when the run may not go on.
   */
  ready(wake: () => void): boolean;
  /** What has arrived since the last time, in the order that the engine will repeat. */
  take(): readonly Arrival[];
  /** Makes entries durable, in order. Nothing that they call may start before. */
  commit(entries: readonly JournalEntry[]): MaybePromise<void>;
  /** As commit, and brings the run to rest; false when a message came in the meantime: then nothing is stored. */
  rest(entries: readonly JournalEntry[], rest: Rest): MaybePromise<boolean>;
  /** Gives the run up as it stands: whoever wants to may go on with it. What still runs brings nothing any more. */
  release(): MaybePromise<void>;
}
