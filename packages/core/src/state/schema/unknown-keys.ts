/** Finds keys that the in side of a schema does not know: what a parse would drop in silence, or refuse. */
import type { z } from "zod";
import { isObject } from "../kinds.js";
import type { PathKey } from "../types.js";
import { bothSides, type Problems } from "./problems.js";
import { defOf, guardAsync, type Schema, type SchemaDef, safeParse } from "./zod.js";

export function findUnknownKeys(schema: Schema, value: unknown, problems: Problems): void {
  if (!isObject(value)) return;
  const def = defOf(schema);
  switch (def.type) {
    case "object":
      return inObject(def, value as Record<string, unknown>, problems);
    case "union":
      return inUnion(def.options, value, problems);
    case "intersection": {
      const left = problems.trial((trial) => findUnknownKeys(def.left, value, trial));
      const right = problems.trial((trial) => findUnknownKeys(def.right, value, trial));
      return problems.addAll(bothSides(left, right));
    }
    case "lazy":
      return findUnknownKeys((schema as z.core.$ZodLazy)._zod.innerType, value, problems);
    case "pipe":
      return findUnknownKeys(def.in, value, problems);
    case "record":
    case "map":
    case "array":
    case "tuple":
      return inItems(def, value, problems);
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      return findUnknownKeys(def.innerType, value, problems);
  }
}

function inObject(
  def: Extract<SchemaDef, { type: "object" }>,
  value: Record<string, unknown>,
  problems: Problems,
): void {
  const shape = def.shape as Record<string, Schema>;
  const rest = def.catchall as Schema | undefined;
  for (const key of Object.keys(value)) {
    const child = Object.hasOwn(shape, key) ? shape[key] : rest;
    if (child === undefined || (child === rest && defOf(child).type === "never"))
      problems.unknownKey(key, Object.keys(shape));
    else problems.inside(key, () => findUnknownKeys(child, value[key], problems));
  }
}

/** An option that takes the value without unknown keys is the one; else the first that takes it at all. */
function inUnion(options: readonly Schema[], value: unknown, problems: Problems): void {
  const taking = options.filter((option) => guardAsync(safeParse, option, value).success);
  const trials = taking.map((option) => problems.trial((trial) => findUnknownKeys(option, value, trial)));
  if (trials.length > 0 && trials.every((found) => found.length > 0)) problems.addAll(trials[0] ?? []);
}

type ItemsDef = Extract<SchemaDef, { type: "record" | "map" | "array" | "tuple" }>;

function inItems(def: ItemsDef, value: object, problems: Problems): void {
  for (const [key, item] of entriesOf(value)) {
    const child = itemSchema(def, key);
    if (child) problems.inside(key, () => findUnknownKeys(child, item, problems));
  }
}

function entriesOf(value: object): Iterable<[PathKey, unknown]> {
  if (value instanceof Map || Array.isArray(value)) return value.entries();
  return Object.entries(value);
}

function itemSchema(def: ItemsDef, key: PathKey): Schema | null | undefined {
  if (def.type === "array") return def.element;
  return def.type === "tuple" ? (def.items[key as number] ?? def.rest) : def.valueType;
}
