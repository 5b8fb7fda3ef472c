import type { Arrival } from "../ports/index.js";

/** setTimeout takes no more than this; a longer wait is cut into pieces. */
const longestMs = 2 ** 31 - 1;

/** The timers of one run in this process: retries by call, and the abort grace. */
export class LocalTimers {
  readonly #arrive: (arrival: Arrival) => void;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(arrive: (arrival: Arrival) => void) {
    this.#arrive = arrive;
  }

  get size(): number {
    return this.#timers.size;
  }

  set(call: number, at: number): void {
    const wait = at - Date.now();
    const due = () => {
      if (wait > longestMs) return this.set(call, at);
      this.#timers.delete(call);
      this.#arrive({ type: "timer", at: Date.now(), call });
    };
    this.#timers.set(call, setTimeout(due, Math.min(Math.max(wait, 0), longestMs)));
  }

  drop(call: number): void {
    clearTimeout(this.#timers.get(call));
    this.#timers.delete(call);
  }

  clear(): void {
    for (const call of [...this.#timers.keys()]) this.drop(call);
  }

  startGrace(ms: number): void {
    this.#grace ??= setTimeout(() => this.#arrive({ type: "grace", at: Date.now() }), ms);
  }

  close(): void {
    this.clear();
    clearTimeout(this.#grace);
  }
}
