/**
 * A stored value made to fit a schema that may be newer than it: keys that are not there get what the schema gives them by
 * default, and keys that an object's schema no longer names go. The rest is left as it is, and what does not fit is told.
 */
import type { ValueProblem } from "../../errors/index.js";
import { defineOwn } from "../containers.js";
import { isObject, kindOf } from "../kinds.js";
import { checkValue } from "./check-value.js";
import { Problems } from "./problems.js";
import { defOf, guardAsync, type Schema, type SchemaDef, safeParse, unwrap } from "./zod.js";

export type Fitted =
  | { readonly value: unknown; readonly problems?: undefined }
  | { readonly problems: readonly ValueProblem[] };

/** The very same value where it fits as it is. */
export function fitValue(schema: Schema, value: unknown): Fitted {
  if (problemsOf(schema, value).length === 0) return { value };
  const filled = fillDefaults(schema, value);
  const problems = problemsOf(schema, filled);
  return problems.length === 0 ? { value: filled } : { problems };
}

function problemsOf(schema: Schema, value: unknown): readonly ValueProblem[] {
  const problems = new Problems();
  checkValue(schema, value, problems);
  return problems.values;
}

function fillDefaults(schema: Schema, value: unknown): unknown {
  if (!isObject(value)) return value;
  const def = defOf(schema);
  switch (def.type) {
    case "object":
      return isPlain(value) ? fillObject(def, value) : value;
    case "array":
      return Array.isArray(value) ? value.map((item) => fillDefaults(def.element, item)) : value;
    case "tuple":
      return Array.isArray(value)
        ? value.map((item, i) => {
            const schema = def.items[i] ?? def.rest;
            return schema ? fillDefaults(schema, item) : item;
          })
        : value;
    case "record":
      return isPlain(value) ? mapValues(value, (item) => fillDefaults(def.valueType, item)) : value;
    case "map":
      return value instanceof Map
        ? new Map([...value].map(([key, item]) => [key, fillDefaults(def.valueType, item)]))
        : value;
    case "intersection":
      return fillDefaults(def.right, fillDefaults(def.left, value));
    case "union": {
      const filled = def.options.map((option) => ({ option, filled: fillDefaults(option, value) }));
      return filled.find((trial) => problemsOf(trial.option, trial.filled).length === 0)?.filled ?? value;
    }
    default: {
      const inner = unwrap(schema);
      return inner === undefined ? value : fillDefaults(inner, value);
    }
  }
}

function fillObject(def: Extract<SchemaDef, { type: "object" }>, value: Record<string, unknown>): object {
  const shape = def.shape as Record<string, Schema>;
  const filled: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(shape, key)) defineOwn(filled, key, fillDefaults(shape[key] as Schema, value[key]));
    // a strict or a loose object says itself what else may be there
    else if (def.catchall !== undefined) defineOwn(filled, key, value[key]);
  }
  for (const key of Object.keys(shape)) {
    if (Object.hasOwn(value, key)) continue;
    const given = guardAsync(safeParse, shape[key] as Schema, undefined);
    if (given.success && given.data !== undefined) defineOwn(filled, key, given.data);
  }
  return filled;
}

function mapValues(
  value: Record<string, unknown>,
  change: (item: unknown, key: string) => unknown,
): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const key of Object.keys(value)) defineOwn(changed, key, change(value[key], key));
  return changed;
}

function isPlain(value: object): value is Record<string, unknown> {
  return kindOf(value) === "object";
}
