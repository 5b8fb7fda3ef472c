/**
 * Values as a declared type wants them, where nothing is lost by it: `"12"` for a number, `12` for a text, `"true"` for a boolean,
 * one element for a list of one, null for what may be left out. What can't be fitted stays as it is: the schema says what is wrong.
 */
import type { z } from "zod";

/** A schema of zod, as far as it is looked into. */
interface Looked {
  readonly def: {
    readonly type: string;
    readonly innerType?: Looked;
    readonly element?: Looked;
    readonly shape?: Readonly<Record<string, Looked>>;
    readonly valueType?: Looked;
    readonly options?: readonly Looked[];
    readonly values?: readonly unknown[];
    readonly in?: Looked;
    readonly getter?: () => Looked;
  };
  safeParse(value: unknown): { readonly success: boolean };
}

export function coerced(value: unknown, schema: z.ZodType): unknown {
  return fitted(value, schema as unknown as Looked);
}

function fitted(value: unknown, schema: Looked): unknown {
  const { def } = schema;
  switch (def.type) {
    case "optional":
      return value === null || value === undefined ? undefined : fitted(value, def.innerType!);
    case "nullable":
      return value === null ? null : fitted(value, def.innerType!);
    case "default":
    case "prefault":
      return value === null || value === undefined ? undefined : fitted(value, def.innerType!);
    case "readonly":
    case "catch":
    case "nonoptional":
      return fitted(value, def.innerType!);
    case "pipe":
      return fitted(value, def.in!);
    case "lazy":
      return fitted(value, def.getter!());
    case "number":
      return typeof value === "string" ? numberOf(value) : value;
    case "boolean":
      return booleanOf(value);
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    case "literal":
      return literalOf(value, def.values!);
    case "date":
      return dateOf(value);
    case "array":
      return arrayOf(value, def.element!);
    case "object":
      return objectOf(value, def.shape!);
    case "record":
      return isObject(value) ? mapValues(value, (one) => fitted(one, def.valueType!)) : value;
    case "union":
      return unionOf(value, def.options!);
    default:
      return value;
  }
}

/** A text that is a number and would be written so again. `"007"` and `"1e999"` are none. */
function numberOf(text: string): unknown {
  const trimmed = text.trim();
  if (!/^[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(trimmed)) return text;
  const number = Number(trimmed);
  const lossless = Number.isFinite(number) && (!/^[+-]?\d+$/.test(trimmed) || Number.isSafeInteger(number));
  return lossless ? number : text;
}

function booleanOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : value;
}

function literalOf(value: unknown, values: readonly unknown[]): unknown {
  if (values.includes(value)) return value;
  const same = values.filter((one) => String(one) === String(value) && !isObject(value));
  return same.length === 1 ? same[0] : value;
}

function dateOf(value: unknown): unknown {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}([T ]\S+)?$/.test(value)) return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : date;
}

function arrayOf(value: unknown, element: Looked): unknown {
  if (Array.isArray(value)) return value.map((one) => fitted(one, element));
  if (value === "") return [];
  // An XML element that stands once is a list of one where a list is declared.
  return value === null || value === undefined ? value : [fitted(value, element)];
}

function objectOf(value: unknown, shape: Readonly<Record<string, Looked>>): unknown {
  if (!isObject(value)) return value === "" ? {} : value;
  return mapValues(value, (one, key) => (Object.hasOwn(shape, key) ? fitted(one, shape[key]!) : one));
}

function unionOf(value: unknown, options: readonly Looked[]): unknown {
  if (options.some((option) => option.safeParse(value).success)) return value;
  for (const option of options) {
    const candidate = fitted(value, option);
    if (option.safeParse(candidate).success) return candidate;
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function mapValues(value: Record<string, unknown>, make: (one: unknown, key: string) => unknown) {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, make(one, key)]));
}
