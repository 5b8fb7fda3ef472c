/**
 * The scheduler's face: what it is told (SchedulerEvent), what it asks for (SchedulerCommand), and what a call is.
 * Everything here is plain data; nothing asks a clock, chance or the outside.
 */

/**
 * A turn: the round number of each loop that a call or trigger carries, as pairs sorted by loop number,
 * `[loop, round, loop, round, …]`. A signal is a loop of its own, numbered after the plan's loops, and so is a `forEach` step
 * for its elements, numbered after the signals.
 */
export type Turn = readonly number[];

/** One execution of a step in a run. Its attempts share it. */
export interface StepCallRecord {
  /** Position among all calls of the run, from 1, in the order in which they were called. */
  readonly id: number;
  /** The step's number in the plan. */
  readonly step: number;
  /** Position among the calls of this step, from 1. */
  readonly number: number;
  readonly turn: Turn;
  /** Names of what called it: `"start"`, or the trigger names that fired its condition, joined by `+`. */
  readonly trigger: string;
  readonly payload: unknown;
  /** Of a `forEach` step: the position of the element in its list, from 0; -1: what it was handed is no list. */
  readonly index?: number;
  /** Of a `forEach` step: the list's number in the run. */
  readonly pass?: number;
  /** The name that the step had when it was called; absent: the name that it has. */
  readonly calledAs?: string;
  /** It has completed and put its result before a human: of all that it makes, a label is still to come. */
  readonly asking?: true;
}

/** A label that a router returned, with its payload. */
export interface TakenLabel {
  readonly label: number;
  readonly payload: unknown;
}

export type SchedulerEvent =
  | { readonly type: "started"; readonly payload: unknown }
  | {
      readonly type: "completed";
      readonly call: number;
      readonly output: unknown;
      readonly labels: readonly TakenLabel[];
      /** A human is asked for a label: the call stays open, `answered` follows. */
      readonly asking?: boolean;
    }
  /** The label that a human gave to what a call has put before them; undefined: one that the plan does not have. */
  | { readonly type: "answered"; readonly call: number; readonly label: TakenLabel | undefined }
  | { readonly type: "skipped"; readonly call: number }
  /** For good: no retry will follow. `error` is what `failed()` listeners get; `fatal`: no listener may handle it. */
  | { readonly type: "failed"; readonly call: number; readonly error: unknown; readonly fatal?: boolean }
  | { readonly type: "signal"; readonly signal: number; readonly payload: unknown }
  /** After a failure or a cancel: failed calls become due again and new ones may start. */
  | { readonly type: "resumed" }
  | { readonly type: "cancelled" };

export type SchedulerCommand =
  | { readonly type: "call"; readonly call: StepCallRecord }
  /** A `race` was lost: abort it; what it still brings is dropped. */
  | { readonly type: "abort"; readonly call: number; readonly step: number; readonly number: number }
  /** Notices: they change nothing and become events. */
  | { readonly type: "ignored"; readonly step: number; readonly trigger: string; readonly turn: Turn }
  | { readonly type: "unheard"; readonly step: number; readonly label: number }
  | {
      readonly type: "starved";
      readonly step: number;
      readonly held: readonly string[];
      readonly missing: readonly string[];
      readonly turn: Turn;
    };

/** What a run waits for when nothing runs. */
export interface AwaitedSignal {
  readonly kind: "signal";
  readonly name: string;
  /** The steps that it would call or help to call. */
  readonly steps: readonly string[];
}
