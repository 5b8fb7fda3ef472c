/** The memories that a flow's steps name are part of its state. */
import { memory as memoryState } from "millrace";
import type { z } from "zod";
import type { StepDraft } from "./step-draft.js";
import { referencesOf } from "./step-references.js";
import type { FlowContext } from "./types.js";

/** Adds them to the fields of the state. */
export function addMemories(
  fields: Map<string, z.ZodType>,
  drafts: readonly StepDraft[],
  { memories, problems }: FlowContext,
): void {
  const declared = new Set(fields.keys());
  for (const draft of drafts) {
    for (const { section, id, path } of referencesOf(draft)) {
      const memory = section === "memories" ? memories.get(id) : undefined;
      if (!memory) continue;
      const { node, path: whole } = draft.at(...path);
      if (declared.has(id)) {
        problems.add(
          "DOCUMENT_DUPLICATE",
          { place: node?.place ?? draft.place, path: whole },
          {
            message: `The memory "${id}" bears the name of a field of the flow's state, in which it would stand.`,
            hint: "Rename one of the two.",
          },
        );
      } else
        fields.set(id, memory.description === undefined ? memoryState() : memoryState().describe(memory.description));
    }
  }
}
