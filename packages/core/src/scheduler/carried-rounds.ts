/**
 * The rounds of signals and of elements that a step's calls may carry, because one called it or something that led to it.
 *
 * A signal that joins in with a call of a loop belongs to the round that it came in: the loop's next round begins without it.
 * A signal that what enters the loop brings is passed on through all rounds: it tells them from those of the next signal.
 */
import type { FlowPlan, PlanLeaf, PlanNode } from "../plan/index.js";
import { leavesOf } from "./loop-facts.js";

/** Numbers of signals, then, after all signals, of steps whose elements are carried. */
type Rounds = ReadonlySet<number>;

export interface Carried {
  /** By step, what its calls carry. */
  readonly calls: readonly Rounds[];
  /** By step, what called it carries: what the end of a list carries, which is no element's. */
  readonly lists: readonly Rounds[];
  /** By loop: the signals whose rounds its next round begins without. */
  readonly shed: readonly Rounds[];
}

const noRounds: Rounds = new Set();

export function carriedRounds(plan: FlowPlan): Carried {
  const none = { calls: plan.steps.map(() => noRounds), shed: plan.loops.map(() => noRounds) };
  if (plan.signals.length === 0 && !plan.steps.some(({ forEach }) => forEach)) return { ...none, lists: none.calls };
  let carried = passedOn(plan, none.shed);
  // what is shed is not carried, so less may come into the loops around and after
  for (;;) {
    const shed = plan.loops.map((_, loop) => shedBy(plan, loop, carried));
    if (shed.every(({ size }, loop) => size === carried.shed[loop]!.size)) return carried;
    carried = passedOn(plan, shed);
  }
}

/** The signals and elements whose rounds every operand of a group may bring; a signal that is an operand itself brings none. */
export function commonRounds(
  plan: FlowPlan,
  { node, step }: { readonly node: PlanNode; readonly step: number },
  carried: Carried,
): readonly number[] {
  if (node.kind === "leaf") return [];
  const operands = node.of.filter((operand) => !leavesOf(operand).every(({ keep }) => keep));
  const brought = operands.map(
    (operand) => new Set(leavesOf(operand).flatMap((leaf) => broughtBy(plan, { leaf, step }, carried))),
  );
  const [first, ...others] = brought;
  if (first === undefined || first.size === 0) return [];
  return [...first].filter((round) => others.every((rounds) => rounds.has(round))).sort((a, b) => a - b);
}

/** A leaf of some condition of a step. */
interface Place {
  readonly leaf: PlanLeaf;
  readonly step: number;
}

function passedOn(plan: FlowPlan, shed: Carried["shed"]): Carried {
  const lists = plan.steps.map(() => new Set<number>());
  const calls = plan.steps.map(({ forEach }, number) =>
    forEach ? new Set([plan.signals.length + number]) : lists[number]!,
  );
  const carried: Carried = { calls, lists, shed };
  let grows = true;
  while (grows) {
    grows = false;
    plan.steps.forEach(({ entries, forEach }, step) => {
      const before = lists[step]!.size + calls[step]!.size;
      for (const { node } of entries.flatMap(({ alternatives }) => alternatives)) {
        for (const leaf of leavesOf(node)) {
          if (leaf.keep) continue;
          if (leaf.trigger.kind === "signal") lists[step]!.add(leaf.trigger.signal);
          for (const round of broughtBy(plan, { leaf, step }, carried)) lists[step]!.add(round);
          // each call is one of an element, and has its rounds; one of several elements is of none
          if (leaf.trigger.kind === "elements" && forEach?.batch === undefined)
            for (const round of calls[leaf.trigger.step]!) calls[step]!.add(round);
        }
      }
      for (const round of lists[step]!) calls[step]!.add(round);
      grows ||= lists[step]!.size + calls[step]!.size > before;
    });
  }
  return carried;
}

/** All signals but those that may come with what enters the loop. */
function shedBy(plan: FlowPlan, loop: number, carried: Carried): Rounds {
  const { steps } = plan.loops[loop]!;
  const isOutside = (maker: number) => !steps.includes(maker);
  const entering = new Set<number>();
  for (const step of steps) {
    for (const { node } of plan.steps[step]!.entries.flatMap(({ alternatives }) => alternatives)) {
      const mayEnter = (leaf: PlanLeaf) =>
        leaf.keep || leaf.trigger.kind === "signal" || makersOf(plan, leaf).some(isOutside);
      if (!isComplete(node, mayEnter)) continue;
      for (const leaf of leavesOf(node)) {
        if (leaf.keep) continue;
        if (leaf.trigger.kind === "signal") entering.add(leaf.trigger.signal);
        for (const maker of makersOf(plan, leaf).filter(isOutside))
          for (const round of handedOver(plan, { leaf, step, maker }, carried)) entering.add(round);
      }
    }
  }
  return new Set(plan.signals.map((_, signal) => signal).filter((signal) => !entering.has(signal)));
}

function broughtBy(plan: FlowPlan, place: Place, carried: Carried): readonly number[] {
  return makersOf(plan, place.leaf).flatMap((maker) => handedOver(plan, { ...place, maker }, carried));
}

/** What a trigger brings from the call that made it: where it leads to the next round of a loop, without what that sheds. */
function handedOver(
  plan: FlowPlan,
  { leaf, step, maker }: Place & { readonly maker: number },
  { calls, lists, shed }: Carried,
): number[] {
  const isEnd = leaf.trigger.kind === "collect" || leaf.trigger.kind === "outcomes" || leaf.trigger.kind === "elements";
  const begun = plan.steps[step]!.loops.filter(
    (loop) => plan.loops[loop]!.head === step && plan.loops[loop]!.steps.includes(maker),
  );
  return [...(isEnd ? lists : calls)[maker]!].filter((round) => begun.every((loop) => !shed[loop]!.has(round)));
}

/** The steps that make what the leaf waits for; of a signal: none. */
function makersOf({ labels }: FlowPlan, { trigger }: PlanLeaf): readonly number[] {
  if (trigger.kind === "signal") return [];
  return trigger.kind === "label" ? labels[trigger.label]!.routers : [trigger.step];
}

function isComplete(node: PlanNode, has: (leaf: PlanLeaf) => boolean): boolean {
  if (node.kind === "leaf") return has(node);
  return node.of.filter((child) => isComplete(child, has)).length >= node.count;
}
