/** What a plan says, by plain search: which triggers a step makes, and who hears them. */
import type { FlowPlan, PlanLeaf, PlanNode, PlanStep, PlanTrigger } from "../../plan/index.js";

export function leavesOf(node: PlanNode): PlanLeaf[] {
  return node.kind === "leaf" ? [node] : node.of.flatMap(leavesOf);
}

export function sameTrigger(a: PlanTrigger, b: PlanTrigger): boolean {
  if (a.kind === "label" || b.kind === "label") return a.kind === "label" && b.kind === "label" && a.label === b.label;
  if (a.kind === "signal" || b.kind === "signal") {
    return a.kind === "signal" && b.kind === "signal" && a.signal === b.signal;
  }
  return a.kind === b.kind && a.step === b.step;
}

/** Whether any leaf of any condition of the step waits for the trigger. */
export function hears(step: PlanStep, trigger: PlanTrigger): boolean {
  return step.entries.some((entry) =>
    entry.alternatives.some((a) => leavesOf(a.node).some((leaf) => sameTrigger(leaf.trigger, trigger))),
  );
}

export function heardBySome(plan: FlowPlan, steps: readonly number[], completion: readonly PlanTrigger[]): boolean {
  return steps.some((step) => completion.some((trigger) => hears(plan.steps[step]!, trigger)));
}

/** All that the completion of a step may bring about by itself. */
export function triggersOf(plan: FlowPlan, step: number): PlanTrigger[] {
  return [
    { kind: "step", step },
    { kind: "failed", step },
    { kind: "settled", step },
    ...endsOf(step),
    ...plan.steps[step]!.routes.map((label): PlanTrigger => ({ kind: "label", label })),
  ];
}

/** What occurs as a step is done with the elements of a list. */
export function endsOf(step: number): PlanTrigger[] {
  return [
    { kind: "collect", step },
    { kind: "outcomes", step },
    { kind: "elements", step },
  ];
}

/** What belongs to a list: its end, and its elements for those that go on with them. */
export const isEnd = ({ kind }: PlanTrigger): boolean =>
  kind === "collect" || kind === "outcomes" || kind === "elements";

/** The list's step, where a list comes from one step alone; else -1. */
export function listStep({ entries }: PlanStep): number {
  const [only, ...others] = entries.flatMap(({ alternatives }) => alternatives.map(({ node }) => node));
  return others.length === 0 && only?.kind === "leaf" && only.trigger.kind === "step" ? only.trigger.step : -1;
}

/** The elements that a step goes on with. */
export function elementsOf({ entries }: PlanStep): Extract<PlanTrigger, { kind: "elements" }> | undefined {
  const leaves = entries.flatMap(({ alternatives }) => alternatives).flatMap(({ node }) => leavesOf(node));
  return leaves.map(({ trigger }) => trigger).find((trigger) => trigger.kind === "elements");
}

/** The step and, if it goes on with the elements of another, that one with those before it. */
export function elementChain(plan: FlowPlan, step: number): number[] {
  const source = elementsOf(plan.steps[step]!);
  return source ? [step, ...elementChain(plan, source.step)] : [step];
}

/** Of these, whose rounds its calls carry: one of several elements is of none before. */
export function carriedChain(plan: FlowPlan, step: number): number[] {
  const source = elementsOf(plan.steps[step]!);
  if (!source || plan.steps[step]!.forEach!.batch !== undefined) return [step];
  return [step, ...carriedChain(plan, source.step)];
}

/** Whether a join may go on without it, when its step is not called any more. */
export const mayBeMissing = ({ trigger }: PlanLeaf): boolean =>
  trigger.kind === "settled" || trigger.kind === "outcomes";

/** The loop of a step's elements: those of signals stand before it. */
export const elementLoop = (plan: FlowPlan, step: number): number => plan.loops.length + plan.signals.length + step;

export function isSatisfied(node: PlanNode, has: (leaf: PlanLeaf) => boolean): boolean {
  if (node.kind === "leaf") return has(node);
  const count = node.of.filter((child) => isSatisfied(child, has)).length;
  if (node.kind === "and") return count === node.of.length;
  return count >= (node.kind === "or" ? 1 : node.count);
}
