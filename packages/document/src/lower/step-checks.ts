/** What is wrong with a step beside its fields: what its type finds, flows that are not there, parameters that can't fit. */
import { nearest } from "millrace";
import { z } from "zod";
import { listed } from "../problems/index.js";
import { referenceProblems } from "../references/index.js";
import { placeAt } from "../source/index.js";
import { celType } from "../types/index.js";
import { routesOf } from "./names.js";
import { stepContext } from "./result-types.js";
import type { StepDraft } from "./step-draft.js";
import { modelProblems, ownFields } from "./step-references.js";
import type { StepTrees } from "./step-trees.js";
import type { FlowContext } from "./types.js";
import { fixedValue, typeOfTree, type ValueTree } from "./value-tree.js";

interface CheckContext {
  readonly trees: StepTrees;
  readonly schema: z.ZodType | undefined;
  readonly flow: FlowContext;
  readonly position: number;
}

export function stepChecks(draft: StepDraft, { trees, schema, flow }: CheckContext): void {
  const { kind, type, config, node, path, id } = draft;
  const { problems } = flow;
  const around = stepContext(id, flow);
  const found = [
    ...(type ? referenceProblems(type, ownFields(draft), around) : []),
    ...(type?.check?.(config, around) ?? []),
  ];
  for (const { path: inner, message, hint: given, allowed, nearest: near } of found) {
    const isModule = inner[0] === "run" && type?.references !== undefined;
    const code = isModule ? "DOCUMENT_MODULE_INVALID" : allowed ? "DOCUMENT_UNKNOWN_NAME" : "DOCUMENT_FIELD_INVALID";
    problems.add(
      code,
      { place: placeAt(node, inner), path: [...path, ...inner] },
      {
        message,
        hint: given ?? (allowed ? `Take one of ${listed(allowed)}.` : "Correct the value."),
        ...(allowed && { allowed }),
        ...(near !== undefined && { nearest: near }),
      },
    );
  }
  modelProblems(draft, flow);
  if (draft.common.start && draft.common.on === undefined) startAlone(draft, flow);
  if (kind === "flow") flowCheck(draft, flow);
  if (draft.common.repeat) repeatCheck(draft, flow);
  if (kind === "router") lastCases(draft, trees, flow);
  if (trees.with && schema) parameterChecks(draft, { tree: trees.with, schema, flow });
}

function startAlone(draft: StepDraft, { problems }: FlowContext): void {
  const { node, path } = draft.at("start");
  problems.add(
    "DOCUMENT_FIELD_INVALID",
    { place: node?.place ?? draft.place, path },
    {
      message: `\`start\` of the step "${draft.id}" stands without \`on\`.`,
      hint: "A step that waits for nothing starts with the flow by `after: []`; the first one does so anyway.",
    },
  );
}

function flowCheck(draft: StepDraft, { flowIds, problems }: FlowContext): void {
  const name = String(draft.config.flow);
  if (flowIds.includes(name)) return;
  const { node, path } = draft.at("flow");
  const near = nearest(name, flowIds);
  problems.add(
    "DOCUMENT_UNKNOWN_NAME",
    { place: node?.place ?? draft.place, path },
    {
      message: `There is no flow "${name}"${near ? `; is "${near}" meant?` : "."}`,
      hint: `Take one of ${flowIds.join(", ")}.`,
      allowed: flowIds,
      ...(near !== undefined && { nearest: near }),
    },
  );
}

/** A round is stored whole, as a value. */
function repeatCheck(draft: StepDraft, { problems }: FlowContext): void {
  const hasLabels = draft.kind === "router" || routesOf(draft).length > 0;
  if (!hasLabels && draft.type?.repeat !== false) return;
  const { node, path } = draft.at("repeat");
  const what = hasLabels ? "returns labels" : "waits for people";
  problems.add(
    "DOCUMENT_FIELD_INVALID",
    { place: node?.place ?? draft.place, path },
    {
      message: `The step "${draft.id}" ${what}: it can't be done again by \`repeat\`.`,
      hint: "Lead back to it by the label of a router: `on: begin or again`.",
    },
  );
}

/** A case behind `otherwise` is never asked. */
function lastCases(draft: StepDraft, { cases }: StepTrees, { problems }: FlowContext): void {
  const otherwise = cases.findIndex((_, i) => draft.at("cases", i, "otherwise").node);
  if (otherwise < 0 || otherwise === cases.length - 1) return;
  const { node, path } = draft.at("cases", otherwise + 1);
  problems.add(
    "DOCUMENT_FIELD_INVALID",
    { place: node?.place ?? draft.place, path },
    {
      message: "This case is never asked: `otherwise` stands before it.",
      hint: "Put `otherwise` last.",
    },
  );
}

function parameterChecks(
  draft: StepDraft,
  { tree, schema, flow }: { tree: ValueTree; schema: z.ZodType; flow: FlowContext },
): void {
  const { problems } = flow;
  if (tree.kind !== "record" || !(schema instanceof z.ZodObject)) return;
  const shape = schema.shape as Record<string, z.ZodType>;
  for (const [key, value] of tree.entries) {
    const { node, path } = draft.at("with", key);
    const where = { place: node?.place ?? draft.place, path };
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (!field) {
      if (isLoose(schema)) continue;
      const allowed = Object.keys(shape);
      const near = nearest(key, allowed);
      problems.add("DOCUMENT_FIELD_UNKNOWN", where, {
        message: `"${key}" is no parameter of this step${near ? `; is "${near}" meant?` : "."}`,
        hint: `It takes ${allowed.join(", ") || "none"}.`,
        allowed,
        ...(near !== undefined && { nearest: near }),
      });
      continue;
    }
    const wrong = mismatch(value, field);
    if (wrong)
      problems.add("DOCUMENT_TYPE_MISMATCH", where, {
        message: `"${key}" ${wrong}.`,
        hint: "Give a value of the type that is asked for.",
      });
  }
  for (const [key, field] of Object.entries(shape)) {
    if (tree.entries.has(key) || field.safeParse(undefined).success) continue;
    const { node, path } = draft.at("with");
    problems.add(
      "DOCUMENT_FIELD_INVALID",
      { place: node?.place ?? draft.place, path },
      {
        message: `The parameter "${key}" of the step "${draft.id}" is missing.`,
        hint: `Add it under \`with\`: \`${key}: …\`.`,
      },
    );
  }
}

const isLoose = (schema: z.ZodObject) => {
  const { catchall } = schema._zod.def;
  return catchall !== undefined && catchall._zod.def.type !== "never";
};

const plain: Readonly<Record<string, string>> = {
  string: "text",
  double: "a number",
  number: "a number",
  int: "a number",
  bool: "true or false",
  boolean: "true or false",
  list: "a list",
  object: "a mapping",
};

function mismatch(value: ValueTree, schema: z.ZodType): string | undefined {
  const fixed = fixedValue(value);
  if (fixed) {
    const parsed = schema.safeParse(fixed.value);
    if (parsed.success) return undefined;
    const asked = celType(schema);
    const given = typeOfTree(value);
    return typeof asked === "string" && plain[asked] && given && plain[given] && plain[asked] !== plain[given]
      ? `is ${plain[given]}; ${plain[asked]} is asked for`
      : `does not fit: ${parsed.error.issues[0]?.message.replace(/^Invalid input: /, "") ?? "it is invalid"}`;
  }
  const given = typeOfTree(value);
  const asked = celType(schema);
  const kind = typeof asked === "string" ? asked.replace(/<.*/, "") : "object";
  const known = given?.replace(/<.*/, "").replace(/^\$.*/, "object").replace(/^map$/, "object");
  const wanted = kind === "map" ? "object" : kind;
  if (!known || !plain[known] || !plain[wanted] || plain[known] === plain[wanted]) return undefined;
  return `is ${plain[known]}; ${plain[wanted]} is asked for`;
}
