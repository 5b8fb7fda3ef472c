/** What the notes of an attempt are given: questions of its step, and the call that they belong to. */
import type { Answer, CallNote, FlowClock } from "../ports/index.js";

export interface NewQuestion {
  /** @default its position among the call's questions without one */
  readonly key: string | undefined;
  readonly prompt: string;
  /** JSON Schema */
  readonly schema: unknown;
  /** What it is about. */
  readonly value: unknown;
  readonly timeoutMs: number | undefined;
  /** The answer as the step is given it; undefined: it does not fit. */
  readonly fit: (value: unknown) => Answer | undefined;
}

export interface NotesHome {
  readonly runId: string;
  readonly record: { readonly number: number; readonly calledAs?: string };
  readonly clock: FlowClock;
  /** The attempt waits for people alone now. */
  parked(): void;
  /** The attempt goes to sleep; `settled` is to be called when all has run that was due with it, if somebody wants to know. */
  slept(settled: () => void): void;

  readonly step: string;
  /** Hands a note over to be stored; `stored` of these notes follows, unless the attempt is over. */
  note(key: string, note: CallNote): void;
  /** A timer is due. */
  fired(key: string): void;
}
