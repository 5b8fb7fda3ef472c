/** What comes of an evaluation: plain data again, or a failure in words for whoever wrote the expression. */
import { FlowError } from "millrace";
import type { Place } from "../source/source-node.js";
import { LimitReached, type Meter } from "./meter.js";

/** A name and keys; a missing end of the path is `undefined`, what leads there must be there. */
export function follow(
  { root, keys }: { readonly root: string; readonly keys: readonly (string | number)[] },
  values: Readonly<Record<string, unknown>>,
): unknown {
  let at: unknown = Object.hasOwn(values, root) ? values[root] : undefined;
  for (const [i, key] of keys.entries()) {
    if (at === undefined || at === null) throw new Error(`there is no ${[root, ...keys.slice(0, i)].join(".")}`);
    if (at instanceof Map) at = at.get(key);
    else
      at = typeof at === "object" && Object.hasOwn(at, key) ? (at as Record<string | number, unknown>)[key] : undefined;
  }
  return at;
}

/** CEL's whole numbers become numbers, its optional values what they hold. */
export function toPlain(value: unknown, meter: Meter): unknown {
  if (typeof value === "bigint") return Number(value);
  meter.charge(typeof value === "string" ? 1 + (value.length >> 4) : 1);
  if (Array.isArray(value)) return value.map((one) => toPlain(one, meter));
  if (typeof value !== "object" || value === null) return value;
  if (value.constructor?.name === "Optional" && "hasValue" in value) {
    const optional = value as { hasValue(): boolean; value(): unknown };
    return optional.hasValue() ? toPlain(optional.value(), meter) : undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner, meter)]));
}

export function evaluationFailed(text: string, place: Place, error: unknown): FlowError {
  const shown = text.length > 80 ? `${text.slice(0, 77)}…` : text;
  const { file, line, column } = place;
  const words = `\`${shown}\` at ${file}:${line}:${column} failed: ${reasonOf(error)}.`;
  return new FlowError("EXPRESSION_FAILED", words, {
    hint:
      error instanceof LimitReached
        ? "Compute it in a step of `type: code`, or on less data."
        : 'Ask first whether it is there, `has(x.y)`, or give what stands in for it, `orElse(x.y, "")`.',
    details: { expression: text, file, line, column },
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return "its values are nested too deep, or too long";
  const summary = (error as { summary?: string }).summary ?? (error instanceof Error ? error.message : String(error));
  return summary.split("\n")[0]!;
}
