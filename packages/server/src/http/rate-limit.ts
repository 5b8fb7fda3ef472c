/** So many requests in so much time, by who asks: a key, a subject, or an address. */
import { createHash, randomUUID } from "node:crypto";
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
  const counted = boundedKeys(durationMs(per));
  return async (by) => {
    try {
      await limiter.consume(counted(by));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      throw new FlowError("SERVER_RATE_LIMITED", "There were too many requests.", {
        hint: "Come back after as many seconds as Retry-After says.",
        details: { retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)) },
      });
    }
  };
}

/** So many are counted one by one at the same time: what that takes is some 30 MB. */
const mostSingly = 50_000;
/** Those beyond them share so many counts. */
const shares = 4096;

/**
 * What somebody is counted by: himself, or, where as many are counted already as there is room for, together with others of those
 * who come later. Whoever asks from a thousand times as many addresses gets no further by it, and takes no more memory.
 */
function boundedKeys(windowMs: number): (by: string) => string {
  const salt = randomUUID();
  let begun = performance.now();
  // a count lives for one window from its first request: those alive were begun in this window or in the one before
  let current = new Set<string>();
  let before = new Set<string>();
  return (by) => {
    const now = performance.now();
    if (now - begun >= windowMs) {
      before = now - begun < 2 * windowMs ? current : new Set();
      current = new Set();
      begun = now;
    }
    if (current.has(by)) return by;
    if (!before.has(by) && current.size + before.size >= mostSingly) return shared(salt + by);
    before.delete(by);
    current.add(by);
    return by;
  };
}

function shared(by: string): string {
  return `shared ${createHash("sha256").update(by).digest().readUInt32BE(0) % shares}`;
}
