/**
 * What the plan says about rounds on their way from call to call, worked out once: which loops' rounds a trigger keeps when it
 * leaves them, and which signals' rounds a step's calls may carry.
 */
import type { FlowPlan, PlanLeaf, PlanNode } from "../plan/index.js";

/** Trigger numbers, see PlanIndex. */
export interface TriggerKeys {
  readonly failedKey: (step: number) => number;
  readonly settledKey: (step: number) => number;
  readonly labelKey: (label: number) => number;
}

const none: readonly number[] = Object.freeze([]);

/**
 * By step, by trigger that it makes: the loops around the step whose round the trigger keeps when it leaves them. It does
 * where some completion that makes this trigger leads on inside the loop: then it may occur in every round.
 */
export function keptLoops(
  plan: FlowPlan,
  heardInLoop: readonly (readonly number[])[],
  { failedKey, settledKey, labelKey }: TriggerKeys,
): readonly ReadonlyMap<number, readonly number[]>[] {
  const heard = (triggers: readonly number[], loop: number) =>
    triggers.some((trigger) => heardInLoop[trigger]!.includes(loop));
  return plan.steps.map(({ loops, routes, severalLabels }, step) => {
    const kept = new Map<number, readonly number[]>();
    if (loops.length === 0) return kept;
    const always = [step, settledKey(step)];
    const labels = routes.map(labelKey);
    const completed = loops.filter((loop) => heard([...always, ...labels], loop));
    const failed = loops.filter((loop) => heard([failedKey(step), settledKey(step)], loop));
    kept.set(step, completed);
    kept.set(failedKey(step), failed);
    kept.set(
      settledKey(step),
      loops.filter((loop) => completed.includes(loop) || failed.includes(loop)),
    );
    for (const label of labels) {
      const together = severalLabels ? [...always, ...labels] : [...always, label];
      kept.set(
        label,
        loops.filter((loop) => heard(together, loop)),
      );
    }
    return kept;
  });
}

/** By step: the signals whose rounds its calls may carry, because a signal called it or something that led to it. */
export function carriedSignals(plan: FlowPlan): readonly ReadonlySet<number>[] {
  const carried = plan.steps.map(() => new Set<number>());
  if (plan.signals.length === 0) return carried;
  let grows = true;
  while (grows) {
    grows = false;
    plan.steps.forEach(({ entries }, step) => {
      const before = carried[step]!.size;
      for (const { alternatives } of entries) {
        for (const { node } of alternatives) {
          for (const leaf of leavesOf(node)) {
            if (leaf.keep) continue;
            if (leaf.trigger.kind === "signal") carried[step]!.add(leaf.trigger.signal);
            for (const maker of makersOf(plan, leaf)) for (const signal of carried[maker]!) carried[step]!.add(signal);
          }
        }
      }
      grows ||= carried[step]!.size > before;
    });
  }
  return carried;
}

/** The signals whose rounds every operand of a group may bring; a signal that is an operand itself brings none. */
export function commonSignals(
  plan: FlowPlan,
  node: PlanNode,
  carried: readonly ReadonlySet<number>[],
): readonly number[] {
  if (plan.signals.length === 0 || node.kind === "leaf") return none;
  const operands = node.of.filter((operand) => !leavesOf(operand).every(({ keep }) => keep));
  const brought = operands.map(
    (operand) =>
      new Set(leavesOf(operand).flatMap((leaf) => makersOf(plan, leaf).flatMap((maker) => [...carried[maker]!]))),
  );
  return plan.signals.flatMap((_, signal) => (brought.every((signals) => signals.has(signal)) ? [signal] : []));
}

/** The leaves of a tree from left to right; a leaf's position is its slot. */
export function leavesOf(node: PlanNode): readonly PlanLeaf[] {
  return node.kind === "leaf" ? [node] : node.of.flatMap(leavesOf);
}

function makersOf({ labels }: FlowPlan, { trigger }: PlanLeaf): readonly number[] {
  if (trigger.kind === "signal") return none;
  return trigger.kind === "label" ? labels[trigger.label]!.routers : [trigger.step];
}
