/** What a step reads and says, as the lowering of items wants it. */

import { Scope } from "../expressions/index.js";
import type { ItemProblem, ItemStep } from "../items/item-step.js";
import type { FlowFacts } from "./facts.js";
import { rootsOf, sourceOf } from "./roots.js";
import type { StepDraft } from "./step-draft.js";
import type { StepTrees } from "./step-trees.js";
import type { FlowContext } from "./types.js";

/** `handedBy`: whose result the step is handed without asking for it by name. */
export function itemReads(trees: StepTrees, handedBy: string | undefined, { variables }: FlowFacts) {
  const all = rootsOf(trees.expressions);
  const sources = (names: Iterable<string>) => [...new Set([...names].map((name) => sourceOf(name, variables)))];
  const reads = sources(all.names.keys());
  if (handedBy !== undefined && !reads.includes(handedBy)) reads.push(handedBy);
  return {
    reads,
    whenReads: sources(rootsOf(trees.when ? [trees.when] : []).names.keys()),
    ...(all.outcomes.size > 0 && { unreadable: [...all.outcomes] }),
  };
}

export function itemOptions({ common, type, config }: StepDraft): Partial<ItemStep> {
  const { workers, batch, after } = common;
  return {
    ...(type?.items && { items: type.items }),
    ...(workers !== undefined && { workers }),
    ...(batch !== undefined && { batch }),
    ...(after !== undefined && { ordered: true }),
    ...(type?.items === "collect" && { failed: (config.failed ?? "keep") as NonNullable<ItemStep["failed"]> }),
  };
}

/** Stands for a step that has problems, so that others are told of theirs. */
export const unreadItem = (draft: StepDraft): ItemStep => ({
  spec: { name: draft.id },
  reads: [],
  run: () => undefined,
  ...itemOptions(draft),
});

/** The names of a flow without their types: in a batch each step's name is a list. */
export function untyped(scope: Scope): Scope {
  return new Scope(
    new Map(scope.names.map((name) => [name, name === "input" || name === "state" ? scope.schemaOf(name) : undefined])),
  );
}

export function itemProblems(
  found: readonly ItemProblem[],
  drafts: readonly StepDraft[],
  { problems }: FlowContext,
): void {
  for (const { step, field, message, hint } of found) {
    const draft = drafts.find(({ id }) => id === step)!;
    const { node, path } = draft.at(field);
    problems.add("DOCUMENT_FIELD_INVALID", { place: node?.place ?? draft.place, path }, { message, hint });
  }
}
