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
  if (typeof given !== "function" || referredName(given) !== undefined) return normalize(given, place);
  let referred: unknown;
  try {
    referred = resolveReferences(given as (flow: unknown) => unknown);
  } catch (cause) {
    throw invalid(place, "is a function that throws when it is given the flow's references", cause);
  }
  if (typeof referred === "function" && referredName(referred) === undefined) {
    throw invalid(place, "is a function that answers another function");
  }
  return normalize(referred, place);
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
    case "elements":
      return { kind: given.type, step: named(referredName(given.step) ?? given.step, place) };
    case "collect": {
      const { step } = given;
      const of = isSettled(step) ? step.step : step;
      return { kind: isSettled(step) ? "outcomes" : "collect", step: named(referredName(of) ?? of, place) };
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

function named(name: unknown, place: ConditionPlace): string {
  if (typeof name === "string" && name !== "") return name;
  throw invalid(place, `holds ${describe(name)} in place of a name`);
}

function invalid({ flow, step }: ConditionPlace, what: string, cause?: unknown): FlowError {
  return new FlowError("DEFINITION_CONDITION_INVALID", `The condition of step "${step}" in ${flow} ${what}.`, {
    hint: 'A condition is a step\'s name or a label, and(…), or(…), atLeast(n, …), each(…), race(…), failed("x"), settled("x"), collect("x"), elements("x"), a signal, or f => f.step. A signal is declared once and shared.',
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
