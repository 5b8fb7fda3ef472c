/** Whose rounds calls carry because a signal led to them: a signal's number is passed on for good. */
import type { FlowPlan, PlanLeaf, PlanNode } from "../../plan/index.js";
import { leavesOf, sameTrigger, triggersOf } from "./reference-turns.js";

/** The signals that every operand of a group may have come from. A signal that is an operand itself brings none. */
export function commonSignals(plan: FlowPlan, node: PlanNode): number[] {
  if (node.kind === "leaf") return [];
  const carried = signalsBySteps(plan);
  const operands = node.of.filter((operand) => !leavesOf(operand).every((leaf) => leaf.keep));
  return [...plan.signals.keys()].filter((signal) =>
    operands.every((operand) =>
      leavesOf(operand).some((leaf) => makersOf(plan, leaf).some((maker) => carried[maker]!.has(signal))),
    ),
  );
}

const known = new WeakMap<FlowPlan, readonly ReadonlySet<number>[]>();

function signalsBySteps(plan: FlowPlan): readonly ReadonlySet<number>[] {
  const before = known.get(plan);
  if (before) return before;
  const carried = findSignals(plan);
  known.set(plan, carried);
  return carried;
}

function findSignals(plan: FlowPlan): readonly ReadonlySet<number>[] {
  const carried = plan.steps.map(() => new Set<number>());
  for (let before = -1, now = 0; before !== now; ) {
    before = now;
    for (const [step, { entries }] of plan.steps.entries()) {
      const leaves = entries.flatMap(({ alternatives }) => alternatives.flatMap(({ node }) => leavesOf(node)));
      for (const leaf of leaves) {
        if (leaf.keep) continue;
        if (leaf.trigger.kind === "signal") carried[step]!.add(leaf.trigger.signal);
        for (const maker of makersOf(plan, leaf)) for (const signal of carried[maker]!) carried[step]!.add(signal);
      }
    }
    now = carried.reduce((sum, signals) => sum + signals.size, 0);
  }
  return carried;
}

function makersOf(plan: FlowPlan, leaf: PlanLeaf): number[] {
  return [...plan.steps.keys()].filter((step) =>
    triggersOf(plan, step).some((made) => sameTrigger(made, leaf.trigger)),
  );
}
