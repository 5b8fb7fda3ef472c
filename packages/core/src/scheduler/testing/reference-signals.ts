/**
 * Whose rounds calls carry because a signal led to them, or an element of a list: such a number is passed on for good. Signals
 * are numbered first, then the steps that are called per element. The end of a list carries what the list came with.
 */
import type { FlowPlan, PlanLeaf, PlanNode } from "../../plan/index.js";
import { isEnd, leavesOf, sameTrigger, triggersOf } from "./reference-turns.js";

/** The signals and elements that every operand of a group may have come from. A signal that is an operand itself brings none. */
export function commonSignals(plan: FlowPlan, node: PlanNode): number[] {
  if (node.kind === "leaf") return [];
  const operands = node.of.filter((operand) => !leavesOf(operand).every((leaf) => leaf.keep));
  const brought = operands.map((operand) => new Set(leavesOf(operand).flatMap((leaf) => broughtBy(plan, leaf))));
  const all = [...plan.signals, ...plan.steps].map((_, round) => round);
  return all.filter((round) => brought.every((rounds) => rounds.has(round)));
}

function broughtBy(plan: FlowPlan, leaf: PlanLeaf): number[] {
  const lists = roundsBySteps(plan);
  return makersOf(plan, leaf).flatMap((maker) => carriedBy(plan, [maker, isEnd(leaf.trigger)], lists));
}

/** What a step's triggers carry: what called it, and, but for the end of a list, the element. */
function carriedBy(plan: FlowPlan, [step, end]: readonly [step: number, end: boolean], lists: Rounds): number[] {
  const own = plan.steps[step]!.forEach && !end ? [plan.signals.length + step] : [];
  return [...lists[step]!, ...own];
}

/** By step: what called it carries. */
type Rounds = readonly ReadonlySet<number>[];

const known = new WeakMap<FlowPlan, Rounds>();

function roundsBySteps(plan: FlowPlan): Rounds {
  const before = known.get(plan);
  if (before) return before;
  const found = findRounds(plan);
  known.set(plan, found);
  return found;
}

function findRounds(plan: FlowPlan): Rounds {
  const lists = plan.steps.map(() => new Set<number>());
  for (let before = -1, now = 0; before !== now; ) {
    before = now;
    for (const [step, { entries }] of plan.steps.entries()) {
      const leaves = entries.flatMap(({ alternatives }) => alternatives.flatMap(({ node }) => leavesOf(node)));
      for (const leaf of leaves) {
        if (leaf.keep) continue;
        if (leaf.trigger.kind === "signal") lists[step]!.add(leaf.trigger.signal);
        for (const maker of makersOf(plan, leaf)) {
          for (const round of carriedBy(plan, [maker, isEnd(leaf.trigger)], lists)) lists[step]!.add(round);
        }
      }
    }
    now = lists.reduce((sum, rounds) => sum + rounds.size, 0);
  }
  return lists;
}

function makersOf(plan: FlowPlan, leaf: PlanLeaf): number[] {
  return [...plan.steps.keys()].filter((step) =>
    triggersOf(plan, step).some((made) => sameTrigger(made, leaf.trigger)),
  );
}
