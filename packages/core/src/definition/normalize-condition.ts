/**
 * From what was given to a decorator to the `Condition` of a definition: plain data, references resolved to names, the
 * schemas of signals put aside. Whether the names exist and the groups make sense is for `compile` to say.
 */
import type { z } from "zod";
import { FlowError } from "../errors/index.js";
import { referredName, resolveReferences } from "./references.js";
import type { Condition, ConditionLeaf } from "./types.js";

/** Where a condition stands, and where the schemas of its signals go. */
export interface ConditionPlace {
  readonly flow: string;
  readonly step: string;
  readonly signals: Map<string, z.ZodType>;
}

const groupKinds = ["and", "or", "each", "race", "atLeast"];

/** @throws {FlowError} DEFINITION_CONDITION_INVALID – it is no condition, or a signal has two different schemas */
export function normalizeCondition(given: unknown, place: ConditionPlace): Condition {
  return normalize(resolved(given, place), place);
}

/** As `@forEach` takes it: a condition, or `batches` of one. */
export function normalizeElements(
  given: unknown,
  place: ConditionPlace,
): { readonly condition: Condition; readonly batch?: number } {
  const found = resolved(given, place);
  if (typeof found !== "object" || found === null || !("type" in found) || found.type !== "batches")
    return { condition: normalize(found, place) };
  const { of, size } = found as { readonly of?: unknown; readonly size?: unknown };
  if (typeof size !== "number") throw invalid(place, "has `batches` without the number of elements in one");
  return { condition: normalize(of, place), batch: size };
}

function resolved(given: unknown, place: ConditionPlace): unknown {
  if (typeof given !== "function" || referredName(given) !== undefined) return given;
  let referred: unknown;
  try {
    referred = resolveReferences(given as (flow: unknown) => unknown);
  } catch (cause) {
    throw invalid(place, "is a function that throws when it is given the flow's references", cause);
  }
  if (typeof referred === "function" && referredName(referred) === undefined) {
    throw invalid(place, "is a function that answers another function");
  }
  return referred;
}

function normalize(given: unknown, place: ConditionPlace): Condition {
  const name = typeof given === "string" ? given : referredName(given);
  if (name !== undefined) return { kind: "name", name: named(name, place) };
  if (typeof given !== "object" || given === null) throw invalid(place, `holds ${describe(given)}`);
  const { type, of, count } = given as { type?: unknown; of?: unknown; count?: unknown };
  if (type === "keep" && Array.isArray(of)) return keep(of[0], place);
  if (typeof type === "string" && groupKinds.includes(type) && Array.isArray(of)) {
    const operands = of.map((operand) => normalize(operand, place));
    if (type === "atLeast") return { kind: "atLeast", count: count as number, of: operands };
    return { kind: type as "and" | "or" | "each" | "race", of: operands };
  }
  return leaf(given as Readonly<Record<string, unknown>>, place);
}

function leaf(given: Readonly<Record<string, unknown>>, place: ConditionPlace): ConditionLeaf {
  switch (given.type) {
    case "name":
      return { kind: "name", name: named(given.name, place) };
    case "failed":
    case "settled":
      return { kind: given.type, step: stepNamed(given.step, place) };
    case "elements":
      return elementsOf(given, place);
    case "collect": {
      const { step } = given;
      const of = isSettled(step) ? step.step : step;
      return { kind: isSettled(step) ? "outcomes" : "collect", step: stepNamed(of, place) };
    }
    case "signal": {
      const name = named(given.name, place);
      if (given.schema !== undefined) noteSchema(name, given.schema as z.ZodType, place);
      return { kind: "signal", name };
    }
    default:
      throw invalid(place, `holds ${describe(given)}`);
  }
}

function elementsOf(given: Readonly<Record<string, unknown>>, place: ConditionPlace): ConditionLeaf {
  const others: readonly unknown[] = Array.isArray(given.with) ? given.with : [];
  const [list, ...more] = others.filter(isEach).map(({ of }) => of);
  if (more.length > 0 || (list && list.length !== 1))
    throw invalid(place, "has `elements` with elements of several lists");
  const steps = others.filter((one) => !isEach(one)).map((one) => stepNamed(one, place));
  return {
    kind: "elements",
    step: stepNamed(given.step, place),
    ...(steps.length > 0 && { with: steps }),
    ...(list && { list: stepNamed(list[0], place) }),
  };
}

function isEach(given: unknown): given is { readonly of: readonly unknown[] } {
  return typeof given === "object" && given !== null && "type" in given && given.type === "each";
}

function isSettled(given: unknown): given is { readonly step: unknown } {
  return typeof given === "object" && given !== null && "type" in given && given.type === "settled" && "step" in given;
}

function keep(given: unknown, place: ConditionPlace): Condition {
  const of = normalize(given, place);
  if ("of" in of) throw invalid(place, `has a \`keep\` around \`${of.kind}\`, which takes one name, signal or failure`);
  return { kind: "keep", of };
}

function noteSchema(name: string, schema: z.ZodType, place: ConditionPlace): void {
  const known = place.signals.get(name);
  if (known !== undefined && known !== schema) {
    throw invalid(place, `has signal ${JSON.stringify(name)} with a schema that differs from the one it has elsewhere`);
  }
  place.signals.set(name, schema);
}

const stepNamed = (given: unknown, place: ConditionPlace) => named(referredName(given) ?? given, place);

function named(name: unknown, place: ConditionPlace): string {
  if (typeof name === "string" && name !== "") return name;
  throw invalid(place, `holds ${describe(name)} in place of a name`);
}

function invalid({ flow, step }: ConditionPlace, what: string, cause?: unknown): FlowError {
  return new FlowError("DEFINITION_CONDITION_INVALID", `The condition of step "${step}" in ${flow} ${what}.`, {
    hint: 'A condition is a step\'s name or a label, and(…), or(…), atLeast(n, …), each(…), race(…), failed("x"), settled("x"), collect("x"), elements("x"), in `@forEach` alone batches("x", n), a signal, or f => f.step. A signal is declared once and shared.',
    details: { flow, step },
    cause,
  });
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "function") return "a function (references stand inside one f => …)";
  if (typeof value === "object" && value !== null) {
    const { type } = value as { type?: unknown };
    return typeof type === "string" ? `an object of type ${JSON.stringify(type)}` : "an object";
  }
  return JSON.stringify(value) ?? String(value);
}
