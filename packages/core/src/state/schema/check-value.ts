/**
 * Checks a whole value against the out side of a schema: what a parse yields. Nothing is transformed and no default is
 * filled in; a key that an object's schema does not know is a problem.
 */
import type { z } from "zod";
import { isObject } from "../kinds.js";
import type { PathKey } from "../types.js";
import { bothSides, type FoundProblem, type Problems } from "./problems.js";
import { defOf, mayBeAbsent, runLeaf, runRules, type Schema, type SchemaDef, typeName, unwrap } from "./zod.js";

type Def<T extends SchemaDef["type"]> = Extract<SchemaDef, { type: T }>;

export function checkValue(schema: Schema, value: unknown, problems: Problems): void {
  const before = problems.found.length;
  const def = defOf(schema);
  if (Object.hasOwn(containers, def.type)) {
    const { fits, check } = containers[def.type as keyof typeof containers];
    if (!fits(value)) problems.add(`Invalid input: expected ${def.type}, received ${typeName(value)}`);
    else check(def as never, value as never, problems);
  } else if (!checkInner(schema, value, problems)) {
    // A leaf runs its rules itself.
    return runLeaf(schema, value, problems);
  }
  // Rules may rely on the shape that they were written for.
  if (problems.found.length === before) runRules(schema, value, problems);
}

/** Answers false for a leaf. */
function checkInner(schema: Schema, value: unknown, problems: Problems): boolean {
  const def = defOf(schema);
  if (def.type === "union") checkUnion(def, value, problems);
  else if (def.type === "intersection") {
    const left = problems.trial((trial) => checkValue(def.left, value, trial));
    const right = problems.trial((trial) => checkValue(def.right, value, trial));
    problems.addAll(bothSides(left, right));
  } else if (def.type !== "transform") {
    // What a transform makes may be anything; all else either stands around an inner schema or is a leaf.
    const inner = unwrap(schema);
    if (inner === undefined) return false;
    const absent = (def.type === "optional" && value === undefined) || (def.type === "nullable" && value === null);
    if (!absent) checkValue(inner, value, problems);
  }
  return true;
}

function isRecord(value: unknown): boolean {
  return isObject(value) && !Array.isArray(value) && !(value instanceof Map) && !(value instanceof Set);
}

const containers = {
  object: { fits: isRecord, check: checkObject },
  record: { fits: isRecord, check: checkRecord },
  array: {
    fits: Array.isArray,
    check: (def: Def<"array">, value: unknown[], problems: Problems) => checkItems(() => def.element, value, problems),
  },
  tuple: { fits: Array.isArray, check: checkTuple },
  map: { fits: (value: unknown) => value instanceof Map, check: checkMap },
  set: {
    fits: (value: unknown) => value instanceof Set,
    check: (def: Def<"set">, value: Set<unknown>, problems: Problems) => checkMembers(def.valueType, value, problems),
  },
};

function checkObject(def: Def<"object">, value: Record<string, unknown>, problems: Problems): void {
  const shape = def.shape as Record<string, Schema>;
  for (const key of Object.keys(shape)) {
    const child = shape[key] as Schema;
    if (Object.hasOwn(value, key)) problems.inside(key, () => checkValue(child, value[key], problems));
    else checkAbsent(child, key, problems);
  }
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(shape, key)) checkExtraKey(def, [key, value[key]], problems);
  }
}

/** A key that is not there. */
export function checkAbsent(schema: Schema, key: string, problems: Problems): void {
  if (!mayBeAbsent(schema)) problems.inside(key, () => checkValue(schema, undefined, problems));
}

/** A key that the object's shape does not name. */
export function checkExtraKey(def: Def<"object">, [key, value]: [string, unknown], problems: Problems): void {
  const rest = def.catchall as Schema | undefined;
  if (rest === undefined || defOf(rest).type === "never") problems.unknownKey(key, Object.keys(def.shape));
  else problems.inside(key, () => checkValue(rest, value, problems));
}

function checkRecord(def: Def<"record">, value: Record<string, unknown>, problems: Problems): void {
  for (const key of requiredKeys(def)) if (!Object.hasOwn(value, key)) checkAbsent(def.valueType, key, problems);
  for (const key of Object.keys(value)) checkRecordEntry(def, [key, value[key]], problems);
}

/** Keys that a record must have: those of an enum or of literals, unless it is a partial one. */
export function requiredKeys(def: Def<"record">): string[] {
  const keys = def.keyType._zod.values;
  return keys === undefined || def.partial ? [] : [...keys].map(String);
}

export function checkRecordEntry(def: Def<"record">, [key, value]: [string, unknown], problems: Problems): void {
  const wrong = problems.trial((trial) => runLeaf(def.keyType, key, trial));
  // Numeric keys are text in an object.
  if (
    wrong.length > 0 &&
    (Number.isNaN(Number(key)) || problems.trial((trial) => runLeaf(def.keyType, Number(key), trial)).length > 0)
  ) {
    if (def.mode === "loose") return;
    const keys = def.keyType._zod.values;
    if (keys === undefined)
      problems.inside(key, () => problems.add(`Invalid key: ${(wrong[0] as FoundProblem).message}`));
    else problems.unknownKey(key, [...keys].map(String));
    return;
  }
  problems.inside(key, () => checkValue(def.valueType, value, problems));
}

export function checkItems(
  schemaAt: (index: number) => Schema | null,
  items: readonly unknown[],
  problems: Problems,
): void {
  items.forEach((item, index) => {
    problems.inside(index, () => checkValue(schemaAt(index) as Schema, item, problems));
  });
}

function checkTuple(def: Def<"tuple">, value: unknown[], problems: Problems): void {
  const { items, rest } = def;
  if (value.length > items.length && rest === null)
    problems.add(`Invalid input: expected at most ${items.length} items, received ${value.length}`);
  else checkItems((index) => items[index] ?? rest, value, problems);
  for (let index = value.length; index < items.length; index++) {
    if (mayBeAbsent(items[index] as Schema)) break;
    problems.inside(index, () => problems.add("Invalid input: expected an item, received none"));
  }
}

function checkMap(def: Def<"map">, value: Map<PathKey, unknown>, problems: Problems): void {
  for (const entry of value) checkMapEntry(def, entry, problems);
}

export function checkMapEntry(def: Def<"map">, [key, value]: [PathKey, unknown], problems: Problems): void {
  problems.inside(key, () => {
    checkValue(def.keyType, key, problems);
    checkValue(def.valueType, value, problems);
  });
}

/** Elements of a Set: they have no path of their own. */
export function checkMembers(schema: Schema, members: Iterable<unknown>, problems: Problems): void {
  for (const member of members) checkValue(schema, member, problems);
}

function checkUnion(def: Def<"union">, value: unknown, problems: Problems): void {
  const options = optionsFor(def, value);
  const trialOf = (option: Schema) => problems.trial((trial) => checkValue(option, value, trial));
  const exclusive = def.inclusive === false && !("discriminator" in def);
  // to say what is wrong with a value costs far more than to let it pass: an option of another kind is not asked
  if (!exclusive && options.some((option) => mayFit(option, value) && trialOf(option).length === 0)) return;
  const trials = options.map(trialOf);
  const fitting = trials.filter((found) => found.length === 0).length;
  if (exclusive && fitting === 1) return;
  // An option that fits at the top and fails further inside is the one that was meant, if it is the only one.
  const near = trials.filter(
    (found) => found.length > 0 && found.every(({ path }) => path.length > problems.at.length),
  );
  if (near.length === 1) problems.addAll(near[0] as readonly FoundProblem[]);
  else
    problems.add(
      fitting > 1
        ? "Invalid input: fits several options, expected exactly one"
        : "Invalid input: fits none of the options",
    );
}

/** By the kind of the value alone. */
function mayFit(option: Schema, value: unknown): boolean {
  const { type } = defOf(option);
  if (type === "string" || type === "number" || type === "boolean") return typeof value === type;
  return type !== "array" || Array.isArray(value);
}

function optionsFor(def: Def<"union">, value: unknown): readonly Schema[] {
  const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>;
  if (discriminator === undefined || !isRecord(value)) return def.options;
  const tag = (value as Record<string, z.core.util.Primitive>)[discriminator];
  const tagged = def.options.filter((option) => option._zod.propValues?.[discriminator]?.has(tag as never));
  return tagged.length > 0 ? tagged : def.options;
}
