/** What ends a request before its answer does: the step is to stop, or the time is up. */
import { FlowError } from "millrace";
import type { PreparedCall } from "./prepared-call.js";

export class Stop {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #outer: AbortSignal;
  readonly #aborted: Promise<never>;
  readonly #onAbort = () => this.#controller.abort(this.#outer.reason);

  constructor({ tools, timeoutMs }: PreparedCall) {
    this.#outer = tools.call.abortSignal;
    if (this.#outer.aborted) this.#onAbort();
    else this.#outer.addEventListener("abort", this.#onAbort, { once: true });
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#controller.abort(timedOut(timeoutMs)), timeoutMs);
    const { signal } = this.#controller;
    this.#aborted = new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    this.#aborted.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What it was ended by. */
  get reason(): unknown {
    return this.signal.aborted ? this.signal.reason : undefined;
  }

  throwIfStopped(): void {
    this.signal.throwIfAborted();
  }

  /** A provider that does not listen to signals holds nobody up. */
  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#aborted]);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.#onAbort);
  }
}

function timedOut(timeoutMs: number): FlowError {
  return new FlowError("AI_TIMEOUT", `A model's answer took longer than its timeout of ${timeoutMs} ms.`, {
    hint: "Give it more time, give the step `retry`, or name a faster model.",
    details: { timeoutMs },
  });
}
