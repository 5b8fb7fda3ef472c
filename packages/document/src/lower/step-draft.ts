/** A step as read: its common fields checked, its type found, its own fields checked by the type. */
import { nearest } from "millrace";
import type { z } from "zod";
import type { Named } from "../load/sections.js";
import type { Problems } from "../problems/index.js";
import { flowStepConfig, routerConfig, stepCommon, stepFields } from "../schema/fields.js";
import { otherType } from "../schema/other-names.js";
import { reportIssues } from "../schema/report-issues.js";
import { type MapNode, nodeAt, type Path, type Place, type SourceNode, toData } from "../source/index.js";
import type { StepType } from "../step-type.js";

export type StepCommon = z.output<typeof stepCommon>;

export interface StepDraft {
  readonly id: string;
  readonly node: MapNode;
  /** From the top of the file in which it stands. */
  readonly path: Path;
  /** Where it begins. */
  readonly place: Place;
  readonly common: StepCommon;
  readonly kind: "router" | "flow" | "typed";
  /** Of a typed step. */
  readonly type: StepType | undefined;
  readonly config: Readonly<Record<string, unknown>>;
  /** Where a field stands. */
  at(...path: Path): { readonly node: SourceNode | undefined; readonly path: Path };
}

export interface DraftContext {
  readonly problems: Problems;
  /** Steps that are named at the top of documents. */
  readonly named: ReadonlyMap<string, Named>;
  readonly stepTypes: ReadonlyMap<string, StepType>;
  /** Takes the ids of steps that can't be read, and their labels. */
  readonly ghosts: Set<string>;
}

const ownTypes = ["router", "flow"];

/** Undefined: it can't be read at all, and problems say why. */
export function draftStep(item: SourceNode, path: Path, context: DraftContext): StepDraft | undefined {
  const { problems, named } = context;
  if (item.kind === "scalar" && typeof item.value === "string") {
    const found = named.get(item.value);
    if (found) return draftStep(withId(found), found.path, context);
    const allowed = [...named.keys()];
    const near = nearest(item.value, allowed);
    problems.add(
      "DOCUMENT_UNKNOWN_NAME",
      { place: item.place, path },
      {
        message: `No step under \`steps\` is called "${item.value}"${near ? `; is "${near}" meant?` : "."}`,
        hint: "A step is a mapping with `id` and `type`, or the name of one under `steps:` at the top of the document.",
        allowed,
        ...(near !== undefined && { nearest: near }),
      },
    );
    return undefined;
  }
  if (item.kind !== "map") {
    problems.add(
      "DOCUMENT_FIELD_INVALID",
      { place: item.place, path },
      {
        message: "A step is a mapping with `id` and `type`.",
        hint: "Write `- id: name`, and `type:` on the next line.",
      },
    );
    return undefined;
  }
  return draftMap(item, path, context);
}

function withId({ name, node, place }: Named): SourceNode {
  if (node.kind !== "map" || node.entries.has("id")) return node;
  const id = { place, value: { kind: "scalar", place, style: "plain", value: name } as const };
  return { ...node, entries: new Map([["id", id], ...node.entries]) };
}

function draftMap(node: MapNode, path: Path, context: DraftContext): StepDraft | undefined {
  const { problems, stepTypes } = context;
  const data = toData(node) as Record<string, unknown>;
  const shared = Object.fromEntries(Object.entries(data).filter(([key]) => key in stepFields));
  const own = Object.fromEntries(Object.entries(data).filter(([key]) => !(key in stepFields)));
  const typeName = data.type;
  const what = typeof typeName === "string" ? `a step of type ${typeName}` : "a step";
  const common = stepCommon.safeParse(shared);
  if (!common.success) reportIssues(problems, common.error, { node, path, what, schema: stepCommon });
  const type = typeof typeName === "string" ? stepTypes.get(typeName) : undefined;
  const kind = typeName === "router" || typeName === "flow" ? typeName : "typed";
  const schema = kind === "router" ? routerConfig : kind === "flow" ? flowStepConfig : type?.config;
  if (!schema) {
    noteGhost(data, context.ghosts);
    if (typeof typeName === "string") unknownType(node, path, { problems, stepTypes });
    return undefined;
  }
  let config = schema.safeParse(own);
  if (!config.success) {
    reportIssues(problems, config.error, { node, path, what, schema, beside: Object.keys(stepFields) });
    // what is right of it is looked at all the same
    const unknown = config.error.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : [],
    );
    config = schema.safeParse(Object.fromEntries(Object.entries(own).filter(([key]) => !unknown.includes(key))));
  }
  if (!common.success || !config.success) {
    noteGhost(data, context.ghosts);
    return undefined;
  }
  const at = (...inner: Path) => ({ node: nodeAt(node, inner), path: [...path, ...inner] });
  const { id } = common.data;
  return {
    id,
    node,
    path,
    place: node.place,
    common: common.data,
    kind,
    type,
    config: config.data as Record<string, unknown>,
    at,
  };
}

/** So that what refers to it is not called wrong, too. */
function noteGhost({ id, cases }: Record<string, unknown>, ghosts: Set<string>): void {
  if (typeof id === "string") ghosts.add(id);
  if (!Array.isArray(cases)) return;
  for (const { label, otherwise } of cases.filter((each) => typeof each === "object" && each !== null) as Record<
    string,
    unknown
  >[]) {
    for (const name of [label, otherwise]) if (typeof name === "string") ghosts.add(name);
  }
}

function unknownType(
  node: MapNode,
  path: Path,
  { problems, stepTypes }: Pick<DraftContext, "problems" | "stepTypes">,
): void {
  const written = node.entries.get("type")!.value;
  const name = written.kind === "scalar" ? String(written.value) : "";
  const allowed = [...stepTypes.keys(), ...ownTypes].sort();
  const other = otherType(name, allowed);
  const near = other ? other.type : nearest(name, allowed);
  const meant = other ? `; here it is "${near}".` : `; is "${near}" meant?`;
  problems.add(
    "DOCUMENT_UNKNOWN_NAME",
    { place: written.place, path: [...path, "type"] },
    {
      message: `There is no step type "${name}"${near === undefined ? "." : meant}`,
      hint: other?.hint ?? `Take one of ${allowed.join(", ")}; others are given as \`stepTypes\`.`,
      allowed,
      ...(near !== undefined && { nearest: near }),
    },
  );
}
