/**
 * What the plan says about rounds on their way from call to call, worked out once: which loops' rounds a trigger keeps when it
 * leaves them, and which signals' and elements' rounds a step's calls may carry.
 */
import type { FlowPlan, PlanLeaf, PlanNode } from "../plan/index.js";

/** Trigger numbers, see PlanIndex. */
export interface TriggerKeys {
  readonly failedKey: (step: number) => number;
  readonly settledKey: (step: number) => number;
  readonly labelKey: (label: number) => number;
  readonly collectKey: (step: number) => number;
  readonly outcomesKey: (step: number) => number;
}

const none: readonly number[] = Object.freeze([]);

/**
 * By step, by trigger that it makes: the loops around the step whose round the trigger keeps when it leaves them. It does
 * where some completion that makes this trigger leads on inside the loop: then it may occur in every round.
 */
export function keptLoops(
  plan: FlowPlan,
  heardInLoop: readonly (readonly number[])[],
  { failedKey, settledKey, labelKey, collectKey, outcomesKey }: TriggerKeys,
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
      const atTheEnd = [collectKey(step), outcomesKey(step)];
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

/** What of each step may have come from where: numbers of signals, then, after all signals, of steps whose elements it carries. */
export interface Carried {
  /** By step, what its calls carry. */
  readonly calls: readonly ReadonlySet<number>[];
  /** By step, what called it carries: what the end of a list carries, which is no element's. */
  readonly lists: readonly ReadonlySet<number>[];
}

/** The signals and elements whose rounds a step's calls may carry, because one called it or something that led to it. */
export function carriedRounds(plan: FlowPlan): Carried {
  const lists = plan.steps.map(() => new Set<number>());
  const isMany = ({ forEach }: FlowPlan["steps"][number]) => forEach !== undefined;
  if (plan.signals.length === 0 && !plan.steps.some(isMany)) return { calls: lists, lists };
  const calls = plan.steps.map((step, number) =>
    isMany(step) ? new Set([plan.signals.length + number]) : lists[number]!,
  );
  const carried: Carried = { calls, lists };
  let grows = true;
  while (grows) {
    grows = false;
    plan.steps.forEach(({ entries }, step) => {
      const before = lists[step]!.size;
      for (const { alternatives } of entries) {
        for (const { node } of alternatives) {
          for (const leaf of leavesOf(node)) {
            if (leaf.keep) continue;
            if (leaf.trigger.kind === "signal") lists[step]!.add(leaf.trigger.signal);
            for (const round of broughtBy(plan, leaf, carried)) lists[step]!.add(round);
          }
        }
      }
      for (const round of lists[step]!) calls[step]!.add(round);
      grows ||= lists[step]!.size > before;
    });
  }
  return carried;
}

/** The signals and elements whose rounds every operand of a group may bring; a signal that is an operand itself brings none. */
export function commonRounds(plan: FlowPlan, node: PlanNode, carried: Carried): readonly number[] {
  if (node.kind === "leaf") return none;
  const operands = node.of.filter((operand) => !leavesOf(operand).every(({ keep }) => keep));
  const brought = operands.map(
    (operand) => new Set(leavesOf(operand).flatMap((leaf) => broughtBy(plan, leaf, carried))),
  );
  const [first, ...others] = brought;
  if (first === undefined || first.size === 0) return none;
  return [...first].filter((round) => others.every((rounds) => rounds.has(round))).sort((a, b) => a - b);
}

function broughtBy({ labels }: FlowPlan, { trigger }: PlanLeaf, { calls, lists }: Carried): readonly number[] {
  if (trigger.kind === "signal") return none;
  if (trigger.kind === "label") return labels[trigger.label]!.routers.flatMap((router) => [...calls[router]!]);
  const isEnd = trigger.kind === "collect" || trigger.kind === "outcomes";
  return [...(isEnd ? lists : calls)[trigger.step]!];
}

/** The leaves of a tree from left to right; a leaf's position is its slot. */
export function leavesOf(node: PlanNode): readonly PlanLeaf[] {
  return node.kind === "leaf" ? [node] : node.of.flatMap(leavesOf);
}
