import { inspect } from "node:util";

/** A value on one line, cut short where it is long. */
export function showValue(value: unknown): string {
  const text = inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY });
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}
