/**
 * A clock that stands still until it is told to go on. What is due is done in the order of time, and of two that are due at the
 * same time the one set first.
 */
import { type Duration, durationMs, type FlowClock, type TimerAbout } from "millrace";
import { turns } from "../kit/turns.js";

export interface VirtualClockOptions {
  /** When it begins: a date, or what makes one. @default 2030-01-01T00:00:00Z */
  readonly start?: Date | string | number;
}

/** What a virtual clock will do. */
export interface VirtualTimer {
  /** ms since the epoch */
  readonly at: number;
  readonly purpose: TimerAbout["purpose"];
}

interface Timer extends VirtualTimer {
  readonly due: () => void;
  /** Stops its twin in real time. */
  stop?: () => void;
}

/** Limits of code that really works are measured in real time too: it would else never be stopped. */
const limits: ReadonlySet<TimerAbout["purpose"]> = new Set(["step-timeout", "run-timeout", "grace"]);

/** What is due gets so many turns of the event loop to be done, before the next. */
const turnsEach = 5;

export class VirtualClock implements FlowClock {
  #now: number;
  /** Earliest first. */
  #timers: Timer[] = [];

  constructor({ start = "2030-01-01T00:00:00Z" }: VirtualClockOptions = {}) {
    this.#now = new Date(start).getTime();
    if (!Number.isFinite(this.#now)) throw new RangeError(`A virtual clock can't begin at ${String(start)}.`);
  }

  now(): number {
    return this.#now;
  }

  /** Half of the jitter, always. */
  chance(): number {
    return 0.5;
  }

  setTimer(due: () => void, ms: number, { purpose }: TimerAbout): () => void {
    const timer: Timer = { due, at: this.#now + Math.max(0, ms), purpose };
    const place = this.#timers.findIndex(({ at }) => at > timer.at);
    this.#timers.splice(place < 0 ? this.#timers.length : place, 0, timer);
    if (limits.has(purpose)) timer.stop = inRealTime(() => this.#fire(timer), ms);
    return () => void this.#drop(timer);
  }

  /** What it waits to do, earliest first. */
  get timers(): readonly VirtualTimer[] {
    return this.#timers.map(({ at, purpose }) => ({ at, purpose }));
  }

  /** Goes to the next timer, if there is one, and does what is due. Answers whether there was one. */
  jump(): boolean {
    const [next] = this.#timers;
    if (next) this.#fire(next);
    return next !== undefined;
  }

  /**
   * Lets time pass: whatever becomes due meanwhile is done in order, what that sets in motion too. It does not wait for
   * anything outside: a step that reads a file gets a few turns of the event loop.
   *
   * @example
   * await clock.advance("3d");
   */
  async advance(duration: Duration): Promise<void> {
    const until = this.#now + durationMs(duration, "What clock.advance was given");
    await turns(turnsEach);
    while ((this.#timers[0]?.at ?? Number.POSITIVE_INFINITY) <= until) {
      this.jump();
      await turns(turnsEach);
    }
    this.#now = Math.max(this.#now, until);
  }

  #fire(timer: Timer): void {
    if (!this.#drop(timer)) return;
    this.#now = Math.max(this.#now, timer.at);
    timer.due();
  }

  #drop(timer: Timer): boolean {
    const place = this.#timers.indexOf(timer);
    if (place < 0) return false;
    this.#timers.splice(place, 1);
    timer.stop?.();
    return true;
  }
}

/** What setTimeout takes, 24.8 days. */
const longestMs = 2 ** 31 - 1;

function inRealTime(due: () => void, ms: number): () => void {
  const timer = setTimeout(due, Math.min(ms, longestMs));
  timer.unref();
  return () => clearTimeout(timer);
}

/**
 * A clock for `new Flow({ clock })` and `runFlow(…, { clock })`: it stands still until it is told to go on.
 *
 * @example
 * const clock = virtualClock({ start: "2026-01-01T00:00:00Z" });
 * const run = new Reminder({ clock }).kickoff();
 * await clock.advance("3d");
 */
export function virtualClock(options?: VirtualClockOptions): VirtualClock {
  return new VirtualClock(options);
}
