/** So many requests in so much time, by who asks: a key, a subject, or an address. */
import { type Duration, durationMs, FlowError } from "millrace";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

export interface RateOptions {
  readonly requests: number;
  /** @default "1m" */
  readonly per?: Duration;
}

/** Counts a request; rejects where there were too many. */
export type CountRequest = (by: string) => Promise<void>;

/**
 * Undefined: nobody counts.
 * @throws {FlowError} SERVER_OPTION_INVALID, DEFINITION_DURATION_INVALID – it is no rate
 */
export function rateLimit(rate: RateOptions | undefined): CountRequest | undefined {
  if (!rate) return undefined;
  const { requests, per = "1m" } = rate;
  if (!Number.isSafeInteger(requests) || requests < 1 || durationMs(per) < 1) {
    throw new FlowError("SERVER_OPTION_INVALID", "`limits.rate` is no rate.", {
      hint: 'Write it as in { requests: 100, per: "1m" }.',
      details: { option: "limits.rate" },
    });
  }
  const limiter = new RateLimiterMemory({ points: requests, duration: durationMs(per) / 1000 });
  return async (by) => {
    try {
      await limiter.consume(by);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      throw new FlowError("SERVER_RATE_LIMITED", "There were too many requests.", {
        hint: "Come back after as many seconds as Retry-After says.",
        details: { retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)) },
      });
    }
  };
}
