import { FlowError } from "../errors/index.js";

type Unit = "ms" | "s" | "m" | "h" | "d";

/**
 * A span of time: milliseconds, or text like `"200ms"`, `"10s"`, `"5m"`, `"1.5h"`, `"2d"`. (`${number}` as a type would let
 * `"10 s"` pass.)
 */
export type Duration = number | `${bigint}${Unit}` | `${bigint}.${number}${Unit}`;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A duration in milliseconds, rounded to whole ones. `what` names it in the error.
 *
 * @throws {FlowError} DEFINITION_DURATION_INVALID – it is negative, not finite, or not of the form above
 * @example
 * durationMs("1.5h") // => 5400000
 */
export function durationMs(duration: Duration, what?: string): number {
  const ms = typeof duration === "number" ? duration : textMs(duration);
  if (Number.isFinite(ms) && ms >= 0) return Math.round(ms);
  const shown = typeof duration === "string" ? JSON.stringify(duration) : String(duration);
  throw new FlowError(
    "DEFINITION_DURATION_INVALID",
    what ? `${what} is ${shown}, which is no duration.` : `${shown} is no duration.`,
    {
      hint: 'Give milliseconds (0 or more), or a number with a unit and no space: "200ms", "10s", "5m", "1.5h", "2d".',
      details: { duration: shown },
    },
  );
}

function textMs(text: unknown): number {
  const match = typeof text === "string" ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) : null;
  return match ? Number(match[1]) * unitMs[match[2]!]! : Number.NaN;
}
