import type { Arrival } from "../ports/index.js";
import { CallTable } from "../scheduler/index.js";
import { longTimeout } from "./long-timeout.js";

/** The timers of one run in this process: retries by call, and the abort grace. */
export class LocalTimers {
  readonly #port: { arrive(arrival: Arrival): void };
  /** What stops each, by call. */
  readonly #timers = new CallTable<() => void>();
  /** What stops each deadline; nobody waits for them. */
  #deadlines: (() => void)[] = [];
  #stopGrace: (() => void) | undefined;

  constructor(port: { arrive(arrival: Arrival): void }) {
    this.#port = port;
  }

  get size(): number {
    return this.#timers.size;
  }

  set(call: number, at: number): void {
    const due = () => {
      this.#timers.delete(call);
      this.#port.arrive({ type: "timer", at: Date.now(), call });
    };
    this.#timers.set(call, longTimeout(due, at - Date.now()));
  }

  drop(call: number): void {
    this.#timers.get(call)?.();
    this.#timers.delete(call);
  }

  clear(): void {
    for (const [call] of this.#timers.entries()) this.drop(call);
  }

  setDeadline(at: number, arrival: Arrival): void {
    this.#deadlines.push(longTimeout(() => this.#port.arrive(arrival), at - Date.now(), { unref: true }));
  }

  startGrace(ms: number): void {
    this.#stopGrace ??= longTimeout(() => this.#port.arrive({ type: "grace", at: Date.now() }), ms);
  }

  close(): void {
    this.clear();
    for (const stop of this.#deadlines) stop();
    this.#stopGrace?.();
  }
}
