import type { RetryPolicy } from "../definition/index.js";

/**
 * How long to wait before the next attempt, in ms. `failures`: attempts that have failed so far, at least 1; `chance`: from 0
 * to below 1. Exponential doubles each time; with jitter the delay is drawn between half of it and all of it ("equal jitter",
 * M. Brooker, Exponential Backoff and Jitter, 2015).
 */
export function retryDelayMs(
  { backoff, delayMs, maxDelayMs, jitter }: RetryPolicy,
  failures: number,
  chance: number,
): number {
  const grown = backoff === "fixed" ? delayMs : delayMs * 2 ** Math.min(failures - 1, 52);
  const capped = Math.min(grown, maxDelayMs);
  return Math.round(jitter ? capped * (0.5 + chance / 2) : capped);
}
