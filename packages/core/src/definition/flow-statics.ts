/** The statics of a flow class: its name, version, schemas and merge rules, inherited ones too. */
import type { z } from "zod";
import { FlowError } from "../errors/index.js";
import type { FlowDefinition, MergeRule } from "./types.js";

type Statics = Pick<
  FlowDefinition,
  "name" | "version" | "state" | "inputs" | "output" | "merge" | "keepsInputs" | "result"
>;

const mergeWords = ["sum", "append", "union", "max", "lastWrite"];

/** @throws {FlowError} DEFINITION_STATIC_INVALID – a static has a value that it can't have */
export function readStatics(flowClass: object): Statics {
  const given = flowClass as Readonly<Record<string, unknown>>;
  const name = given.flowName ?? given.name;
  const where = typeof name === "string" && name !== "" ? name : "a flow class";
  if (where !== name) throw invalid(where, "flowName", ["a name", "A class without a name needs `static flowName`."]);
  const { version, merge } = given;
  if (given.initialState !== undefined)
    throw invalid(where, "initialState", [
      "read",
      "Write it without `static`, initialState = { … }, or give defaults to `static state`, a zod schema.",
    ]);
  if (version !== undefined && typeof version !== "string") throw invalid(where, "version", ['a string such as "2"']);
  return {
    name,
    ...(version !== undefined && { version }),
    ...schema(given, "state", where),
    ...schema(given, "inputs", where),
    ...schema(given, "output", where),
    ...(merge !== undefined && { merge: readMerge(merge, where) }),
    ...resultStatics(given, where),
  };
}

function schema<K extends "state" | "inputs" | "output">(
  given: Readonly<Record<string, unknown>>,
  key: K,
  flow: string,
) {
  const value = given[key];
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || !("_zod" in value)) {
    throw invalid(flow, key, ["a zod schema", "Schemas are made with zod 4, `z.object({ … })`."]);
  }
  return { [key]: value as z.ZodType } as { readonly [P in K]: z.ZodType };
}

function resultStatics({ keepsInputs, result }: Readonly<Record<string, unknown>>, flow: string) {
  if (keepsInputs !== undefined && typeof keepsInputs !== "boolean")
    throw invalid(flow, "keepsInputs", ["true or false"]);
  if (result !== undefined && typeof result !== "function")
    throw invalid(flow, "result", ["a function", "It is given `{ inputs, output }` and answers what a run returns."]);
  return {
    ...(keepsInputs && { keepsInputs }),
    ...(result !== undefined && { result: result as NonNullable<FlowDefinition["result"]> }),
  };
}

function readMerge(merge: unknown, flow: string): Readonly<Record<string, MergeRule>> {
  if (typeof merge !== "object" || merge === null) throw invalid(flow, "merge", ["an object of rules by path"]);
  for (const [path, rule] of Object.entries(merge)) {
    if (typeof rule === "function" || mergeWords.includes(rule as string)) continue;
    throw invalid(flow, "merge", [
      `right at "${path}"`,
      `A rule is ${mergeWords.join(", ")}, or a function (base, mine, theirs).`,
    ]);
  }
  return { ...(merge as Readonly<Record<string, MergeRule>>) };
}

function invalid(flow: string, key: string, [expected, hint]: [string, string?]): FlowError {
  return new FlowError("DEFINITION_STATIC_INVALID", `\`static ${key}\` of ${flow} is not ${expected}.`, {
    hint: hint ?? "Correct it, or leave it away.",
    details: { flow, static: key },
  });
}
