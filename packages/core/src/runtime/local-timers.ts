import type { Arrival, FlowClock } from "../ports/index.js";
import { CallTable } from "../scheduler/index.js";

/** The timers of one run in this process: retries by call, and the abort grace. */
export class LocalTimers {
  readonly #port: { arrive(arrival: Arrival): void };
  readonly #clock: FlowClock;
  /** When each is due and what stops it, by call. */
  readonly #timers = new CallTable<{ readonly at: number; readonly stop: () => void }>();
  /** What stops each deadline; nobody waits for them. */
  #deadlines: (() => void)[] = [];
  #stopGrace: (() => void) | undefined;

  constructor(port: { arrive(arrival: Arrival): void }, clock: FlowClock) {
    this.#port = port;
    this.#clock = clock;
  }

  get size(): number {
    return this.#timers.size;
  }

  /** When the first is due, ms since the epoch; infinite: there is none. */
  get next(): number {
    return this.#timers.values().reduce((next, { at }) => Math.min(next, at), Number.POSITIVE_INFINITY);
  }

  set(call: number, at: number): void {
    const due = () => {
      this.#timers.delete(call);
      this.#port.arrive({ type: "timer", at: this.#clock.now(), call });
    };
    this.#timers.set(call, { at, stop: this.#clock.setTimer(due, at - this.#clock.now(), { purpose: "retry" }) });
  }

  drop(call: number): void {
    this.#timers.get(call)?.stop();
    this.#timers.delete(call);
  }

  clear(): void {
    for (const [call] of this.#timers.entries()) this.drop(call);
  }

  setDeadline(at: number, arrival: Arrival): void {
    const due = () => this.#port.arrive(arrival);
    this.#deadlines.push(this.#clock.setTimer(due, at - this.#clock.now(), { purpose: "deadline", unref: true }));
  }

  startGrace(ms: number): void {
    const due = () => this.#port.arrive({ type: "grace", at: this.#clock.now() });
    this.#stopGrace ??= this.#clock.setTimer(due, ms, { purpose: "grace" });
  }

  close(): void {
    this.clear();
    for (const stop of this.#deadlines) stop();
    this.#stopGrace?.();
  }
}
