/**
 * What one attempt of a step says that it has used. What is told inside of `once` goes into the journal with its answer, and is the
 * attempt's own only as long as there is none: so whatever was used counts once, whether the attempt ends or is cut off.
 */
import type { Usage } from "../ports/index.js";
import { UsageMeter } from "./usage-meter.js";
import { addUsage } from "./usage-sums.js";

export class CallUsage {
  readonly #own = new UsageMeter();
  /** Of each `once` that is at work, or has failed. */
  readonly #inOnce = new Set<UsageMeter>();

  /** @throws {FlowError} STEP_USAGE_INVALID */
  add(usage: unknown, step: string): void {
    this.#own.add(usage, step);
  }

  /** For what is told inside of one `once`. */
  once(): UsageMeter {
    const meter = new UsageMeter();
    this.#inOnce.add(meter);
    return meter;
  }

  /** What was told inside of it is stored with its answer. */
  kept(meter: UsageMeter): Usage | undefined {
    this.#inOnce.delete(meter);
    return meter.sum;
  }

  /** All that is not stored; undefined: nothing. */
  get sum(): Usage | undefined {
    let sum = this.#own.sum;
    for (const meter of this.#inOnce) sum = addUsage(sum, meter.sum);
    return sum;
  }
}
