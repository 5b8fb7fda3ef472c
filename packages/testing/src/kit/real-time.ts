/** The longest that one look after another counts for, in ms: what lies between them is a moment. */
const longestMs = 20;

/**
 * How much real time code has had since this was made. While the machine or the process stands still (it was put to sleep,
 * others have the processor, a step computes) what is waited for can't come either: none of that is counted.
 */
export class RealTime {
  #spentMs = 0;
  #looked = performance.now();

  /** Looks: to be asked every few ms. */
  get spentMs(): number {
    const now = performance.now();
    this.#spentMs += Math.min(now - this.#looked, longestMs);
    this.#looked = now;
    return this.#spentMs;
  }
}
