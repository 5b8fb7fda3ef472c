import type { FlowPlan, PlanTrigger } from "../plan/index.js";
import { own } from "./own.js";
import type { PictureEdge } from "./picture-graph.js";
import type { RunOverlay } from "./types.js";

/** How often something passed along an edge in a run; undefined where that is not known. */
export function edgeCount(plan: FlowPlan, edge: PictureEdge, run: RunOverlay): number | undefined {
  if (edge.triggers.length === 0) return undefined;
  let count = 0;
  for (const trigger of edge.triggers) {
    const passed = triggerCount(plan, trigger, { edge, run });
    if (passed === undefined) return undefined;
    count += passed;
  }
  return count;
}

function triggerCount(
  { steps, labels, signals }: FlowPlan,
  trigger: PlanTrigger,
  { edge, run }: { readonly edge: PictureEdge; readonly run: RunOverlay },
): number | undefined {
  if (trigger.kind === "signal") return own(run.signals, signals[trigger.signal]!) ?? 0;
  if (trigger.kind === "label") {
    const router = steps[edge.router!]!.name;
    return own(own(run.steps, router)?.labels ?? {}, labels[trigger.label]!.name) ?? 0;
  }
  const step = own(run.steps, steps[trigger.step]!.name);
  if (!step) return 0;
  const { completed, failed, skipped, lists, gathered } = step;
  switch (trigger.kind) {
    case "step":
    case "elements":
      return completed;
    case "failed":
      return failed;
    case "settled":
      return completed + failed + skipped;
    // Undefined in overlays of older versions, which counted no lists.
    case "collect":
      return gathered;
    case "outcomes":
      return lists;
  }
}
