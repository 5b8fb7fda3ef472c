/**
 * The parts of zod 4 that schemas are read by. Everything goes through the author's own schema objects: zod itself is
 * never imported here, so a flow without a schema does not pay for loading it.
 */
import type { z } from "zod";
import { FlowError } from "../../errors/index.js";
import { seal } from "../finished.js";
import { isObject } from "../kinds.js";
import type { Problems } from "./problems.js";

export type Schema = z.core.$ZodType;
export type SchemaDef = z.core.$ZodTypes["_zod"]["def"];

export function defOf(schema: Schema): SchemaDef {
  return (schema as z.core.$ZodTypes)._zod.def;
}

const synchronous = { async: false };

/** Runs a schema as it is. The type of what comes out must be that of what went in: nothing may be coerced at a commit. */
export function runLeaf(schema: Schema, value: unknown, problems: Problems): void {
  const payload = guardAsync(run, schema, isObject(value) ? seal(value) : value);
  if (payload.issues.length > 0) addIssues(schema, value, problems);
  else if (payload.value !== value && typeName(payload.value) !== typeName(value)) {
    problems.add(`Invalid input: expected ${typeName(payload.value)}, received ${typeName(value)}`);
  }
}

/**
 * A quick test of a value that is enough to let it pass, or undefined: for schemas that take plain values and look at nothing
 * but the value itself. What it does not let pass is to be looked at closely.
 */
export function quickTest(schema: Schema): ((value: unknown) => boolean) | undefined {
  const def = defOf(schema);
  const inner = hasRules(schema) ? undefined : unwrap(schema);
  if (inner !== undefined && def.type !== "lazy" && def.type !== "pipe") return quickTest(inner);
  if (!leafTypes.has(def.type)) return undefined;
  if (!hasRules(schema) && !("check" in def)) {
    if (def.type === "string") return isString;
    if (def.type === "boolean") return isBoolean;
    if (def.type === "number") return Number.isFinite;
  }
  return (value) => {
    const payload = guardAsync(run, schema, value);
    return payload.issues.length === 0 && payload.value === value;
  };
}

const leafTypes: ReadonlySet<SchemaDef["type"]> = new Set([
  "string",
  "number",
  "boolean",
  "bigint",
  "literal",
  "enum",
  "null",
  "undefined",
] as const);
const isString = (value: unknown) => typeof value === "string";
const isBoolean = (value: unknown) => typeof value === "boolean";

/** Runs only the rules (`refine`, `min`, …) that stand on a schema itself, not what it is made of. */
export function runRules(schema: Schema, value: unknown, problems: Problems): void {
  const { checks = [] } = schema._zod.def;
  if (checks.length === 0) return;
  // An author's own function could change what it is given.
  const own = checks.some((check) => check._zod.def.check === "custom");
  addIssues(rulesOf(schema), own ? seal(value) : value, problems);
}

export function hasRules(schema: Schema): boolean {
  return (schema._zod.def.checks?.length ?? 0) > 0;
}

const rulesOnly = new WeakMap<Schema, Schema>();

/** A schema that takes any value and has the rules of the given one. */
function rulesOf(schema: Schema): Schema {
  let rules = rulesOnly.get(schema);
  if (rules === undefined) {
    const { out } = (schema as z.ZodType).transform((value) => value)._zod.def;
    rules = (out as z.ZodType).check(...((schema._zod.def.checks ?? []) as z.core.$ZodCheck<unknown>[]));
    rulesOnly.set(schema, rules);
  }
  return rules;
}

function run(schema: Schema, value: unknown): z.core.ParsePayload | Promise<z.core.ParsePayload> {
  return schema._zod.run({ value, issues: [] }, synchronous);
}

export function safeParse(schema: Schema, value: unknown): z.ZodSafeParseResult<unknown> {
  return (schema as z.ZodType).safeParse(value);
}

function addIssues(schema: Schema, value: unknown, problems: Problems): void {
  const result = guardAsync(safeParse, schema, value);
  if (result.success) return;
  for (const issue of result.error.issues) problems.add(issue.message, issue.path as (string | number)[]);
}

/**
 * @throws {FlowError} PLAN_ASYNC_SCHEMA – the schema turned out to have an asynchronous rule
 */
export function guardAsync<T>(
  parse: (schema: Schema, value: unknown) => T | Promise<T>,
  schema: Schema,
  value: unknown,
): T {
  try {
    const result = parse(schema, value);
    if (!(result instanceof Promise)) return result;
    result.catch(() => undefined);
  } catch (error) {
    if (!(error instanceof Error && error.constructor.name === "$ZodAsyncError")) throw error;
  }
  throw new FlowError("PLAN_ASYNC_SCHEMA", "A schema of the flow has an asynchronous rule or transform.", {
    hint: "Do asynchronous checks in a step; state, inputs and output are checked synchronously.",
  });
}

export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (value instanceof Date) return "date";
  return Array.isArray(value) ? "array" : typeof value;
}

/** The schema that a wrapper stands around, as far as values that came out of a parse are concerned. */
export function unwrap(schema: Schema): Schema | undefined {
  const def = defOf(schema);
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "nonoptional":
    case "readonly":
    case "catch":
      return def.innerType;
    case "lazy":
      return (schema as z.core.$ZodLazy)._zod.innerType;
    case "pipe":
      return def.out;
    default:
      return undefined;
  }
}

/** Whether a key whose value has this schema may be absent after a parse. */
export function mayBeAbsent(schema: Schema): boolean {
  return schema._zod.optout === "optional";
}
