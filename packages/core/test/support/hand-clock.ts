/** The time of a test that waits: it passes when the test says so, however fast or slow the machine is. */
import type { FlowClock, TimerAbout } from "../../src/index.js";

type Purpose = TimerAbout["purpose"];

/** A clock that stands still until it is told to go to the next timer. */
export class HandClock implements FlowClock {
  at = Date.UTC(2030, 0, 1);
  readonly timers: { due: () => void; at: number; about: TimerAbout }[] = [];

  now(): number {
    return this.at;
  }

  chance(): number {
    return 0;
  }

  setTimer(due: () => void, ms: number, about: TimerAbout): () => void {
    if (ms <= 0) {
      const soon = setImmediate(due);
      return () => clearImmediate(soon);
    }
    const timer = { due, at: this.at + ms, about };
    this.timers.push(timer);
    return () => {
      const place = this.timers.indexOf(timer);
      if (place >= 0) this.timers.splice(place, 1);
    };
  }

  /** Until somebody waits for each of these, for one more of it where it is named twice. */
  async waitFor(...purposes: Purpose[]): Promise<void> {
    const isSet = () => {
      const left = this.timers.map(({ about }) => about.purpose);
      return purposes.every((purpose) => left.includes(purpose) && left.splice(left.indexOf(purpose), 1));
    };
    while (!isSet()) await new Promise(setImmediate);
  }

  /** Fires the next timer once there is one; answers what it was for. */
  async next(): Promise<Purpose> {
    while (this.timers.length === 0) await new Promise(setImmediate);
    const [timer] = this.timers.sort((a, b) => a.at - b.at).splice(0, 1);
    this.at = Math.max(this.at, timer!.at);
    timer!.due();
    return timer!.about.purpose;
  }

  /** Lets time pass, and with it every timer that is due by then. */
  async pass(ms: number): Promise<void> {
    const end = this.at + ms;
    await new Promise(setImmediate);
    while (this.timers.some(({ at }) => at <= end)) {
      await this.next();
      await new Promise(setImmediate);
    }
    this.at = end;
  }

  /** Fires timers until this is settled, which must need all that are set; answers what they were for. */
  async until(settled: Promise<unknown>): Promise<Purpose[]> {
    let done = false;
    settled.then(
      () => {
        done = true;
      },
      () => {
        done = true;
      },
    );
    const fired: Purpose[] = [];
    while (!done) {
      if (this.timers.length > 0) fired.push(await this.next());
      await new Promise(setImmediate);
    }
    return fired;
  }
}
