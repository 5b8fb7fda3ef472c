/** Variables of a flow: names for what inputs and steps make. Each is bound, once and for all, to the one that makes it. */
import { nearest } from "millrace";
import { z } from "zod";
import type { Problems } from "../problems/index.js";
import { type MapNode, nodeAt, type Path, type Place, placeAt, toData } from "../source/index.js";
import type { DocumentTypes } from "../types/index.js";
import type { StepDraft } from "./step-draft.js";

/** What makes a variable: an input of the flow, or a step; `key`: a field of its result. */
export interface Variable {
  readonly schema: z.ZodType | undefined;
  readonly from: { readonly input: string } | { readonly step: string; readonly key?: string } | undefined;
}

export interface DeclareContext {
  readonly node: MapNode;
  readonly path: Path;
  readonly types: DocumentTypes;
  readonly problems: Problems;
}

/** The schemas that stand under a field such as `inputs`, by name. */
export function readDeclarations(
  field: string,
  { node, path, types, problems }: DeclareContext,
): Map<string, z.ZodType> {
  const declared = new Map<string, z.ZodType>();
  const read = (name: string, written: unknown, at: Path) => {
    // a signal of which nothing is said but its name
    const found = types.declaration(written === null && field === "signals" ? "any" : written);
    if ("schema" in found) {
      declared.set(name, found.schema);
      return;
    }
    const { path: inner, ...words } = found.problem;
    const whole = [...at, ...inner];
    problems.add(
      words.allowed ? "DOCUMENT_UNKNOWN_NAME" : "DOCUMENT_FIELD_INVALID",
      { place: placeAt(node, whole), path: [...path, ...whole] },
      words,
    );
    declared.set(name, z.unknown());
  };
  const section = nodeAt(node, [field]);
  if (section?.kind === "map") {
    for (const [name, { value }] of section.entries) read(name, toData(value), [field, name]);
  } else if (section?.kind === "list") {
    for (const [i, item] of section.items.entries()) {
      if (item.kind !== "map") continue;
      const { id, ...written } = toData(item) as { id?: unknown };
      if (typeof id === "string") read(id, written, [field, i]);
    }
  }
  return declared;
}

/** Binds variables to what makes them. `inputs`: names of the flow's inputs; undefined: they are not declared. */
export function bindVariables(
  declared: ReadonlyMap<string, z.ZodType>,
  drafts: readonly StepDraft[],
  { inputs, problems }: { readonly inputs: ReadonlySet<string> | undefined; readonly problems: Problems },
): Map<string, Variable> {
  const makers = new Map<string, { step: string; key?: string; place: Place }>();
  for (const draft of drafts) {
    for (const [i, name] of (draft.common.outputs ?? []).entries()) {
      const { node, path } = draft.at("outputs", i);
      const place = node?.place ?? draft.place;
      if (!declared.has(name)) unknownVariable(name, { place, path }, { declared, problems });
      const first = makers.get(name);
      if (first) {
        const { file, line, column } = first.place;
        problems.add(
          "DOCUMENT_DUPLICATE",
          { place, path },
          {
            message: `The variable "${name}" is made by the step "${first.step}" already, at ${file}:${line}:${column}.`,
            hint: "A variable has one maker: take another variable for the second.",
          },
        );
      } else makers.set(name, { step: draft.id, place, ...((draft.common.outputs?.length ?? 0) > 1 && { key: name }) });
    }
    for (const [i, name] of (draft.common.inputs ?? []).entries()) {
      const { node, path } = draft.at("inputs", i);
      if (!declared.has(name) && !inputs?.has(name))
        unknownVariable(name, { place: node?.place ?? draft.place, path }, { declared, problems });
    }
  }
  const taken = new Set(drafts[0]?.common.inputs);
  const bound = new Map<string, Variable>();
  for (const [name, schema] of declared) {
    const maker = makers.get(name);
    const isInput = inputs ? inputs.has(name) : taken.has(name);
    bound.set(name, { schema, from: maker ?? (isInput ? { input: name } : undefined) });
  }
  return bound;
}

function unknownVariable(
  name: string,
  where: { readonly place: Place; readonly path: Path },
  { declared, problems }: { readonly declared: ReadonlyMap<string, unknown>; readonly problems: Problems },
): void {
  const allowed = [...declared.keys()];
  const near = nearest(name, allowed);
  problems.add("DOCUMENT_UNKNOWN_NAME", where, {
    message: `The flow has no variable "${name}"${near ? `; is "${near}" meant?` : "."}`,
    hint: "Declare it under the flow's `variables`, with its type.",
    allowed,
    ...(near !== undefined && { nearest: near }),
  });
}
