import type { FlowClock, TimerAbout } from "millrace";

export interface SimulatedTimer {
  readonly at: number;
  readonly purpose: TimerAbout["purpose"];
  readonly due: () => void;
}

/** The time of a simulated path: it goes on when the path lets it. */
export interface SimulatedTime {
  now: number;
}

/** What passes while nothing is done: sleeps and pauses before retries, as against limits of work. */
const passing: ReadonlySet<TimerAbout["purpose"]> = new Set(["sleep", "retry"]);

/** The clock of one simulated process. A timer fires when it is chosen, not because others that are later have fired. */
export class SimulatedClock implements FlowClock {
  readonly #time: SimulatedTime;
  readonly #timers = new Set<SimulatedTimer>();

  constructor(time: SimulatedTime) {
    this.#time = time;
  }

  now(): number {
    return this.#time.now;
  }

  chance(): number {
    return 0.5;
  }

  setTimer(due: () => void, ms: number, { purpose }: TimerAbout): () => void {
    const timer = { due, at: this.#time.now + Math.max(0, ms), purpose };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** The sleep or retry that is due first. */
  get nextPassing(): SimulatedTimer | undefined {
    return this.#first(({ purpose }) => passing.has(purpose));
  }

  /** The limit of work that is reached first. */
  get nextLimit(): SimulatedTimer | undefined {
    return this.#first(({ purpose }) => !passing.has(purpose) && purpose !== "deadline");
  }

  deadlineAt(at: number): SimulatedTimer | undefined {
    return this.#first((timer) => timer.purpose === "deadline" && timer.at <= at);
  }

  fire(timer: SimulatedTimer): void {
    if (!this.#timers.delete(timer)) return;
    this.#time.now = Math.max(this.#time.now, timer.at);
    timer.due();
  }

  #first(fits: (timer: SimulatedTimer) => boolean): SimulatedTimer | undefined {
    return [...this.#timers].filter(fits).sort((a, b) => a.at - b.at)[0];
  }
}
