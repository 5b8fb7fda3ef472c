/** Calls that have put their result before a human, by the book. */
import type { FlowPlan, PlanEntry, PlanTrigger } from "../../plan/index.js";
import type { StepCallRecord } from "../types.js";
import { leavesOf, sameTrigger } from "./reference-plan.js";

/** The call has completed: it is none of its list any more, and has nothing to work on. */
export function asking({ pass: _, ...call }: StepCallRecord): StepCallRecord {
  return { ...call, payload: undefined, asking: true };
}

/** Whether the condition is a race, and alone waits for what a human may still answer. */
export function asksFor(plan: FlowPlan, step: number, entry: PlanEntry): boolean {
  if (entry.mode !== "race") return false;
  const labels = plan.steps[step]!.routes.map((label): PlanTrigger => ({ kind: "label", label }));
  const isLabel = (trigger: PlanTrigger) => labels.some((label) => sameTrigger(label, trigger));
  const waiting = plan.steps.flatMap(({ entries }) =>
    entries.filter(({ alternatives }) =>
      alternatives.some(({ node }) => leavesOf(node).some(({ trigger }) => isLabel(trigger))),
    ),
  );
  return waiting.length > 0 && waiting.every((other) => other === entry);
}
