/** The state that a run begins with. */
import type { z } from "zod";
import { finishForState } from "./finish-value.js";
import { isObject, kindOf } from "./kinds.js";
import { checkValue } from "./schema/check-value.js";
import { Problems } from "./schema/problems.js";
import { type Parsed, parseStrict } from "./schema/strict-parse.js";
import { defOf, type Schema } from "./schema/zod.js";

export interface InitialStateOptions {
  readonly schema?: z.ZodType;
  /** What the flow's class or instance says it begins with. */
  readonly defaults?: object;
  /** What kickoff was given, for a flow that has no schema of its own for its inputs. */
  readonly inputs?: unknown;
  /** The state that the session's previous run left: transforms and defaults have acted on it already. */
  readonly left?: unknown;
}

/**
 * Parses the beginnings of a state; the value is finished, for `new FlowState`.
 * @throws {FlowError} PLAN_ASYNC_SCHEMA – the schema turned out to have an asynchronous rule
 * @throws {FlowError} STATE_NOT_SERIALIZABLE – what came out can't be stored
 */
export function initialState({ schema, defaults = {}, inputs = {}, left }: InitialStateOptions): Parsed {
  if (!isPlain(inputs)) return { ok: false, problems: [{ path: [], message: "Invalid input: expected an object" }] };
  const parsed = parse({ schema, inputs, defaults, left });
  return parsed.ok ? { ok: true, value: finishForState(parsed.value, []) } : parsed;
}

interface Beginnings {
  readonly schema: Schema | undefined;
  readonly defaults: object;
  readonly inputs: object;
  readonly left: unknown;
}

function parse({ schema, defaults, inputs, left }: Beginnings): Parsed {
  if (schema === undefined) return { ok: true, value: { ...defaults, ...(isPlain(left) && left), ...inputs } };
  if (!isPlain(left)) return parseStrict(schema, { ...defaults, ...inputs });
  const problems = new Problems();
  const value = { ...left, ...parseInputs(schema, { left, inputs }, problems) };
  if (problems.found.length === 0) checkValue(schema, value, problems);
  return problems.found.length === 0 ? { ok: true, value } : { ok: false, problems: problems.values };
}

/** Inputs, and defaults of what the state of before did not have, each parsed by the schema of its key. */
function parseInputs(schema: Schema, { left, inputs }: { left: object; inputs: object }, problems: Problems): object {
  const def = defOf(schema);
  if (def.type !== "object") return inputs;
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(def.shape as Record<string, Schema>)) {
    const given = Object.hasOwn(inputs, key);
    if (!given && Object.hasOwn(left, key)) continue;
    const parsed = parseStrict(child, given ? (inputs as Record<string, unknown>)[key] : undefined);
    if (!parsed.ok) problems.addAll(parsed.problems.map(({ path, message }) => ({ path: [key, ...path], message })));
    else if (given || parsed.value !== undefined) result[key] = parsed.value;
  }
  for (const [key, value] of Object.entries(inputs)) if (!Object.hasOwn(def.shape, key)) result[key] = value;
  return result;
}

function isPlain(value: unknown): value is object {
  return isObject(value) && kindOf(value) === "object";
}
