/**
 * What the plan says about rounds on their way from call to call, worked out once: which loops' rounds a trigger keeps when it
 * leaves them.
 */
import type { FlowPlan, PlanLeaf, PlanNode } from "../plan/index.js";

/** Trigger numbers, see PlanIndex. */
export interface TriggerKeys {
  readonly failedKey: (step: number) => number;
  readonly settledKey: (step: number) => number;
  readonly labelKey: (label: number) => number;
  readonly collectKey: (step: number) => number;
  readonly outcomesKey: (step: number) => number;
  readonly elementsKey: (step: number) => number;
}

/**
 * By step, by trigger that it makes: the loops around the step whose round the trigger keeps when it leaves them. It does
 * where some completion that makes this trigger leads on inside the loop: then it may occur in every round.
 */
export function keptLoops(
  plan: FlowPlan,
  heardInLoop: readonly (readonly number[])[],
  { failedKey, settledKey, labelKey, collectKey, outcomesKey, elementsKey }: TriggerKeys,
): readonly ReadonlyMap<number, readonly number[]>[] {
  const heard = (triggers: readonly number[], loop: number) =>
    triggers.some((trigger) => heardInLoop[trigger]!.includes(loop));
  return plan.steps.map(({ loops, routes, severalLabels, forEach }, step) => {
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
    if (forEach) {
      // elements that others go on with belong to the list, and leave the loop as its end does
      const atTheEnd = [collectKey(step), outcomesKey(step), elementsKey(step)];
      const collected = loops.filter((loop) => heard(atTheEnd, loop));
      for (const trigger of atTheEnd) kept.set(trigger, collected);
    }
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

/** The leaves of a tree from left to right; a leaf's position is its slot. */
export function leavesOf(node: PlanNode): readonly PlanLeaf[] {
  return node.kind === "leaf" ? [node] : node.of.flatMap(leavesOf);
}
