/** What a step's parameters are made of, as plain JSON, and back. */
import type { BindingData } from "../definition/index.js";
import { FlowError, type ValueProblem } from "../errors/index.js";
import { type Binding, Template } from "./binding.js";
import type { BoundTree } from "./bound-tree.js";
import { makeRef, type RefParts } from "./ref.js";

type Fields = Readonly<Record<string, unknown>>;

/** @throws {FlowError} DEFINITION_DATA_INVALID – it holds a value that JSON does not have */
export function bindingData(tree: BoundTree, owner: string): BindingData {
  switch (tree.kind) {
    case "value":
      return plain(tree.value, owner);
    case "ref":
      return refData(tree.ref, owner);
    case "text": {
      const values = tree.values.map((value) => bindingData(value, owner));
      return { $template: { texts: [...tree.texts], values } };
    }
    case "list":
      return tree.items.map((item) => bindingData(item, owner));
    case "record": {
      const given = tree.entries.filter(([, value]) => !(value.kind === "value" && value.value === undefined));
      const entries = Object.fromEntries(given.map(([key, value]) => [key, bindingData(value, owner)]));
      return given.some(([key]) => key.startsWith("$")) ? { $value: entries } : entries;
    }
  }
}

function refData({ path, fallback, settled }: RefParts, owner: string): BindingData {
  return {
    $ref: [...path],
    ...(settled && { settled }),
    ...(fallback && { orElse: fallback.value === undefined ? {} : { value: plain(fallback.value, owner) } }),
  };
}

/** The very value, or a copy of it, if JSON brings it back as it is. */
function plain(value: unknown, owner: string): BindingData {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item) => plain(item, owner));
  if (typeof value === "object" && [Object.prototype, null].includes(Object.getPrototypeOf(value)))
    return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, plain(item, owner)]));
  const what = typeof value === "object" ? `a ${value.constructor?.name ?? "class instance"}` : `a ${typeof value}`;
  throw new FlowError("DEFINITION_DATA_INVALID", `What ${owner} is given holds ${what}, which JSON does not have.`, {
    hint: "Give it as a text or number and let the step make of it what it needs.",
    details: { problems: [] },
  });
}

/** Takes note of what is wrong with it in `problems`. */
export function readBindingData(data: BindingData, at: ValueProblem["path"], problems: ValueProblem[]): Binding {
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map((item, i) => readBindingData(item, [...at, i], problems));
  const special = Object.keys(data).find((key) => key.startsWith("$"));
  if (special === undefined) return readRecord(data as Fields, at, problems);
  const wrong = (message: string) => void problems.push({ path: [...at, special], message });
  const fields = data as Fields;
  if (special === "$value" && isFields(fields.$value) && only(fields, ["$value"]))
    return readRecord(fields.$value, [...at, special], problems);
  if (
    special === "$ref" &&
    isTexts(fields.$ref) &&
    fields.$ref.length > 0 &&
    only(fields, ["$ref", "orElse", "settled"])
  )
    return makeRef({
      path: fields.$ref,
      ...(isFields(fields.orElse) && { fallback: { value: fields.orElse.value } }),
      ...(fields.settled === true && { settled: true }),
    });
  if (special === "$template" && isFields(fields.$template) && only(fields, ["$template"])) {
    const { texts, values } = fields.$template;
    if (isTexts(texts) && Array.isArray(values) && texts.length === values.length + 1)
      return new Template(
        texts,
        values.map((value, i) => readBindingData(value, [...at, special, "values", i], problems)),
      );
  }
  return wrong(
    "expected { $ref: [name, …], orElse?: { value }, settled?: true }, { $template: { texts, values } } or { $value: { … } }",
  );
}

const readRecord = (fields: Fields, at: ValueProblem["path"], problems: ValueProblem[]): Binding =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, readBindingData(value as BindingData, [...at, key], problems)]),
  );

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === "string");
const only = (fields: Fields, keys: readonly string[]) => Object.keys(fields).every((key) => keys.includes(key));
