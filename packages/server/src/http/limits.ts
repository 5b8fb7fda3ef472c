import { type Duration, durationMs, FlowError } from "millrace";
import { type CountRequest, type RateOptions, rateLimit } from "./rate-limit.js";

export interface LimitOptions {
  /** Largest body of a request, in bytes. @default 1048576 */
  readonly bodyBytes?: number;
  /** How deep the JSON of a body may be nested. @default 64 */
  readonly jsonDepth?: number;
  /** Longest `?wait=`. @default "60s" */
  readonly wait?: Duration;
  /** Runs that are driven here at the same time; more are told to come back. @default 1000 */
  readonly runs?: number;
  /** Requests of one key, subject or address. @default as many as there are */
  readonly rate?: RateOptions;
}

export interface Limits {
  readonly bodyBytes: number;
  readonly jsonDepth: number;
  readonly waitMs: number;
  readonly runs: number;
  readonly rate?: CountRequest;
}

/**
 * @throws {FlowError} SERVER_OPTION_INVALID – a limit is no whole number above 0
 * @throws {FlowError} DEFINITION_DURATION_INVALID – `wait` is no duration
 */
export function limitsOf({
  bodyBytes = 1_048_576,
  jsonDepth = 64,
  wait = "60s",
  runs = 1000,
  rate,
}: LimitOptions = {}): Limits {
  for (const [name, value] of Object.entries({ bodyBytes, jsonDepth, runs })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new FlowError("SERVER_OPTION_INVALID", `\`limits.${name}\` is no whole number above 0.`, {
      hint: "Correct it, or leave it away.",
      details: { option: `limits.${name}` },
    });
  }
  const count = rateLimit(rate);
  return { bodyBytes, jsonDepth, waitMs: durationMs(wait), runs, ...(count && { rate: count }) };
}
