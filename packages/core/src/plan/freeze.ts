import type { FlowPlan, PlanAlternative, PlanEntry, PlanLabel, PlanLoop, PlanNode, PlanStep } from "./types.js";

/** Shared by all empty lists of all plans: most lists of a plan are empty. */
export const none: readonly never[] = Object.freeze([]);

/** The list, or the shared empty one. */
export function orNone<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? none : list;
}

/** Freezes a plan all the way down, by its shape: walking a thousand steps key by key takes longer than compiling them. */
export function freezePlan(plan: FlowPlan): FlowPlan {
  Object.freeze(plan.steps).forEach(freezeStep);
  Object.freeze(plan.labels).forEach(freezeLabel);
  Object.freeze(plan.signals);
  Object.freeze(plan.loops).forEach(freezeLoop);
  return Object.freeze(plan);
}

function freezeStep(step: PlanStep): void {
  Object.freeze(step.entries).forEach(freezeEntry);
  Object.freeze(step.routes);
  Object.freeze(step.loops);
  Object.freeze(step.carries);
  Object.freeze(step.retry);
  Object.freeze(step.forEach);
  Object.freeze(step);
}

function freezeEntry(entry: PlanEntry): void {
  Object.freeze(entry.alternatives).forEach(freezeAlternative);
  Object.freeze(entry.losers);
  Object.freeze(entry);
}

function freezeAlternative(alternative: PlanAlternative): void {
  freezeNode(alternative.node);
  Object.freeze(alternative.loops);
  Object.freeze(alternative);
}

function freezeNode(node: PlanNode): void {
  if (node.kind === "leaf") Object.freeze(node.trigger);
  else Object.freeze(node.of).forEach(freezeNode);
  Object.freeze(node);
}

function freezeLabel(label: PlanLabel): void {
  Object.freeze(label.routers);
  Object.freeze(label);
}

function freezeLoop(loop: PlanLoop): void {
  Object.freeze(loop.steps);
  Object.freeze(loop.entrances);
  Object.freeze(loop);
}
