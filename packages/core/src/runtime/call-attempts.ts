import type { JournalEntry } from "../ports/index.js";
import { CallTable } from "../scheduler/index.js";

type Failure = Pick<Extract<JournalEntry, { type: "failed" }>, "call" | "attempt" | "error">;

interface Attempts {
  /** Attempts that have failed. */
  readonly failed: number;
  /** How many of them before the run was last resumed: retries are counted anew from there. */
  readonly before: number;
  /** When the next one is due, ms since the epoch. */
  readonly retryAt?: number;
  /** Whether the step's `when` has answered. */
  readonly answered: boolean;
}

/** The failed attempts of a run's open calls. A call without one costs nothing. */
export class CallAttempts {
  readonly #byCall = new CallTable<Attempts>();

  constructor(data: readonly (readonly [call: number, attempts: Attempts])[] = []) {
    for (const [call, attempts] of data) this.#byCall.set(call, attempts);
  }

  /** The number of a call's next attempt, from 1. */
  next(call: number): number {
    return (this.#byCall.get(call)?.failed ?? 0) + 1;
  }

  /** How many attempts the next one makes since the run was last resumed. */
  tries(call: number): number {
    return this.next(call) - (this.#byCall.get(call)?.before ?? 0);
  }

  retryAt(call: number): number | undefined {
    return this.#byCall.get(call)?.retryAt;
  }

  /** Whether the step's `when` is still to be asked. */
  isUnanswered(call: number): boolean {
    return !this.#byCall.get(call)?.answered;
  }

  note({ call, attempt, error }: Failure, retryAt?: number): void {
    const before = this.#byCall.get(call)?.before ?? 0;
    const answered = error.code !== "STEP_WHEN_FAILED";
    this.#byCall.set(call, { failed: attempt, before, answered, ...(retryAt !== undefined && { retryAt }) });
  }

  /** The run was resumed: nothing waits for its retry any more. */
  begin(): void {
    for (const [call, { failed, answered }] of this.#byCall.entries())
      this.#byCall.set(call, { failed, before: failed, answered });
  }

  /** The next one has begun: nothing waits for a retry any more. */
  begun(call: number): void {
    const attempts = this.#byCall.size > 0 && this.#byCall.get(call);
    if (!attempts) return;
    const { retryAt: _, ...past } = attempts;
    this.#byCall.set(call, past);
  }

  close(call: number): void {
    if (this.#byCall.size > 0) this.#byCall.delete(call);
  }

  toJSON(): [call: number, attempts: Attempts][] {
    return this.#byCall.entries();
  }
}
