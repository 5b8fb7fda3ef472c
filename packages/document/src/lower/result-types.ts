/** What each step makes, as far as its type, a flow's outputs or variables say. */
import type { z } from "zod";
import type { StepContext } from "../step-context.js";
import { routesOf } from "./names.js";
import type { StepDraft } from "./step-draft.js";
import type { FlowContext } from "./types.js";

/** What a step type may know at load. */
export function stepContext(step: string, context: FlowContext): StepContext {
  const { id, project, connections, models, memories, tools, types, flowIds, checkReference } = context;
  return {
    flow: id,
    step,
    root: project.root,
    connections,
    models,
    memories,
    tools,
    flows: new Set(flowIds),
    type(written) {
      const found = types.read(written);
      if ("schema" in found) return found;
      const { path: _, ...problem } = found.problem;
      return { problem };
    },
    checkReference,
  };
}

export function resultTypes(
  drafts: readonly StepDraft[],
  context: FlowContext,
): ReadonlyMap<string, z.ZodType | undefined> {
  return new Map(drafts.map((draft) => [draft.id, resultType(draft, context)]));
}

function resultType(draft: StepDraft, context: FlowContext): z.ZodType | undefined {
  const { kind, config, type, id } = draft;
  // of a router it is what it returned
  if (kind === "router" || routesOf(draft).length > 0) return undefined;
  // what a batch makes is a list of what it makes of each item
  if (draft.common.batch !== undefined) return undefined;
  if (kind === "flow") return context.flow(String(config.flow))?.output;
  return type?.output?.(config, stepContext(id, context));
}
