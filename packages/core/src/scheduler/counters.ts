/** What a run has had so far, by number: calls, those of each step, and arrivals of each signal. */
import type { FlowPlan } from "../plan/index.js";
import type { SchedulerSnapshot } from "./snapshot.js";

type CountersData = Pick<SchedulerSnapshot, "calls" | "counts" | "formerly" | "signals">;

export class Counters {
  #calls = 0;
  readonly #counts: number[];
  #formerly: SchedulerSnapshot["formerly"];
  readonly #signals: number[];

  constructor(plan: FlowPlan) {
    this.#counts = new Array(plan.steps.length).fill(0);
    this.#signals = new Array(plan.signals.length).fill(0);
  }

  /** The number of the next call of the run. */
  call(): number {
    return ++this.#calls;
  }

  /** The number of the next call of a step. */
  of(step: number): number {
    return ++this.#counts[step]!;
  }

  /** The number of the next arrival of a signal. */
  arrival(signal: number): number {
    return ++this.#signals[signal]!;
  }

  restore({ calls, counts, formerly, signals }: CountersData): void {
    this.#calls = calls;
    Object.assign(this.#counts, counts);
    this.#formerly = formerly;
    Object.assign(this.#signals, signals);
  }

  toJSON(): CountersData {
    return {
      calls: this.#calls,
      counts: [...this.#counts],
      ...(this.#formerly && { formerly: this.#formerly }),
      signals: [...this.#signals],
    };
  }
}
