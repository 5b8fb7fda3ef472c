/** What a step names of its document by its config: models, memories, tools, connections. */

import { type FoundReference, findReferences, isMade } from "../references/index.js";
import { stepFields } from "../schema/fields.js";
import { placeAt, toData } from "../source/index.js";
import type { Model } from "../step-context.js";
import type { StepDraft } from "./step-draft.js";
import type { FlowContext } from "./types.js";

/** Its type's own fields, as they are written. */
export function ownFields({ node }: StepDraft): Readonly<Record<string, unknown>> {
  const data = toData(node) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(data).filter(([key]) => !(key in stepFields)));
}

/** Those that are known before it is called. */
export function referencesOf(draft: StepDraft): readonly FoundReference[] {
  const { type } = draft;
  if (!type) return [];
  return findReferences(type.config, ownFields(draft)).filter((found) => !isMade(found, type));
}

/** The models that it names. */
export function modelsOf(draft: StepDraft, models: ReadonlyMap<string, Model>): readonly Model[] {
  const named = referencesOf(draft).filter(({ section }) => section === "models");
  return [...new Set(named.map(({ id }) => id))].map((id) => models.get(id)).filter((model) => model !== undefined);
}

/** What its type finds wrong with the models that it names, told where they stand. */
export function modelProblems(draft: StepDraft, { models, sections, problems, project }: FlowContext): void {
  const { type } = draft;
  if (!type?.checkModel) return;
  for (const model of modelsOf(draft, models)) {
    const { node, path } = sections.models.get(model.id)!;
    for (const { path: inner, message, hint = "", allowed, nearest: near } of type.checkModel(model, project)) {
      const words = { message, hint, ...(allowed && { allowed }), ...(near !== undefined && { nearest: near }) };
      const where = { place: placeAt(node, inner), path: [...path, ...inner] };
      problems.add(allowed ? "DOCUMENT_UNKNOWN_NAME" : "DOCUMENT_FIELD_INVALID", where, words);
    }
  }
}
