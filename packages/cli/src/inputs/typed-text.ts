/** Text from the command line as the value that a schema asks for. What fits nothing stays text: the flow itself says what is wrong. */
import type { JsonSchema } from "millrace";

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** @param schemas What the value may be; empty: anything. */
export function typedText(text: string, schemas: readonly JsonSchema[]): unknown {
  const known = schemas.flatMap((schema) => schema.enum ?? (schema.const === undefined ? [] : [schema.const]));
  const same = known.find((value) => String(value) === text);
  if (same !== undefined) return same;
  const types = new Set(schemas.flatMap(({ type }) => type ?? []));
  if (types.size === 0) return known.length > 0 ? text : untyped(text);
  if ((types.has("number") || types.has("integer")) && number.test(text)) return Number(text);
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  if (types.has("null") && text === "null") return null;
  if (types.has("object") || types.has("array")) {
    const value = /^\s*[[{]/.test(text) ? asJson(text) : undefined;
    if (value !== undefined) return value;
  }
  return text;
}

/** As JSON, but not where digits would be lost: of an id, say. */
function untyped(text: string): unknown {
  const value = asJson(text);
  const isInexact =
    typeof value === "number" && (!Number.isFinite(value) || (/^-?\d+$/.test(text) && !Number.isSafeInteger(value)));
  return value === undefined || isInexact ? text : value;
}

/** Undefined: it is no JSON. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
