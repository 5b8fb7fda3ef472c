/**
 * Whose rounds calls carry because a signal led to them, or an element of a list: such a number is passed on, but that of a
 * signal which only joined in with a round of a loop stays behind when the next round begins. Signals are numbered first, then
 * the steps that are called per element. The end of a list carries what the list came with.
 */
import type { FlowPlan, PlanLeaf, PlanNode } from "../../plan/index.js";
import { carriedChain, isEnd, isSatisfied, leavesOf, sameTrigger, triggersOf } from "./reference-plan.js";

/** The signals and elements that every operand of a group may have come from. A signal that is an operand itself brings none. */
export function commonSignals(plan: FlowPlan, listener: number, node: PlanNode): number[] {
  if (node.kind === "leaf") return [];
  const operands = node.of.filter((operand) => !leavesOf(operand).every((leaf) => leaf.keep));
  const passing = passingOf(plan);
  const brought = operands.map((operand) => {
    const paths = leavesOf(operand).flatMap((leaf) => pathsTo(plan, listener, leaf));
    return new Set(paths.flatMap((path) => handedOn(plan, path, passing)));
  });
  const all = [...plan.signals, ...plan.steps].map((_, round) => round);
  return all.filter((round) => brought.every((rounds) => rounds.has(round)));
}

/** Whether what enters the loop may have come from the signal: then each round passes it on to the next. */
export function entersWith(plan: FlowPlan, loop: number, signal: number): boolean {
  return passingOf(plan).entering[loop]!.has(signal);
}

interface Passing {
  /** By step: what called it carries. */
  readonly lists: readonly ReadonlySet<number>[];
  /** By loop: the signals that may come with what enters it. */
  readonly entering: readonly ReadonlySet<number>[];
}

interface Path {
  readonly maker: number;
  readonly leaf: PlanLeaf;
  readonly listener: number;
}

const known = new WeakMap<FlowPlan, Passing>();

/** At first every signal may enter every loop; what then turns out not to is not passed on, until that changes nothing. */
function passingOf(plan: FlowPlan): Passing {
  let passing = known.get(plan);
  if (passing) return passing;
  const every = new Set(plan.signals.map((_, signal) => signal));
  passing = { lists: [], entering: plan.loops.map(() => every) };
  for (let before = ""; before !== JSON.stringify(passing.entering.map((signals) => [...signals])); ) {
    before = JSON.stringify(passing.entering.map((signals) => [...signals]));
    const lists = findLists(plan, passing.entering);
    passing = { lists, entering: plan.loops.map((_, loop) => findEntering(plan, loop, { ...passing!, lists })) };
  }
  known.set(plan, passing);
  return passing;
}

function findLists(plan: FlowPlan, entering: Passing["entering"]): ReadonlySet<number>[] {
  const lists = plan.steps.map(() => new Set<number>());
  for (let before = -1, now = 0; before !== now; ) {
    before = now;
    for (const [listener, leaf] of everyLeaf(plan)) {
      if (leaf.keep) continue;
      if (leaf.trigger.kind === "signal") lists[listener]!.add(leaf.trigger.signal);
      for (const path of pathsTo(plan, listener, leaf))
        for (const round of handedOn(plan, path, { lists, entering })) lists[listener]!.add(round);
    }
    now = lists.reduce((sum, rounds) => sum + rounds.size, 0);
  }
  return lists;
}

/** What comes with the alternatives of the loop's steps that may come true by nothing from inside the loop. */
function findEntering(plan: FlowPlan, loop: number, passing: Passing): Set<number> {
  const isOutside = (step: number) => !plan.loops[loop]!.steps.includes(step);
  const found = new Set<number>();
  for (const listener of plan.loops[loop]!.steps) {
    for (const { node } of plan.steps[listener]!.entries.flatMap(({ alternatives }) => alternatives)) {
      const fromOutside = (leaf: PlanLeaf) =>
        leaf.keep ||
        leaf.trigger.kind === "signal" ||
        pathsTo(plan, listener, leaf).some(({ maker }) => isOutside(maker));
      if (!isSatisfied(node, fromOutside)) continue;
      for (const leaf of leavesOf(node).filter(({ keep }) => !keep)) {
        if (leaf.trigger.kind === "signal") found.add(leaf.trigger.signal);
        for (const path of pathsTo(plan, listener, leaf))
          if (isOutside(path.maker)) for (const round of handedOn(plan, path, passing)) found.add(round);
      }
    }
  }
  return new Set([...found].filter((round) => round < plan.signals.length));
}

/** What the listener's call carries of what the maker's call did: what called that one and, but for the end of a list, its element. */
function handedOn(plan: FlowPlan, { maker, leaf, listener }: Path, { lists, entering }: Passing): number[] {
  const own =
    plan.steps[maker]!.forEach && !isEnd(leaf.trigger)
      ? carriedChain(plan, maker).map((step) => plan.signals.length + step)
      : [];
  const begun = [...plan.loops.keys()].filter((loop) => {
    const { head, steps } = plan.loops[loop]!;
    return listener === head && steps.includes(maker);
  });
  const staysBehind = (round: number) =>
    round < plan.signals.length && begun.some((loop) => !entering[loop]!.has(round));
  return [...lists[maker]!, ...own].filter((round) => !staysBehind(round));
}

function everyLeaf(plan: FlowPlan): (readonly [listener: number, leaf: PlanLeaf])[] {
  return [...plan.steps.entries()].flatMap(([step, { entries }]) =>
    entries
      .flatMap(({ alternatives }) => alternatives)
      .flatMap(({ node }) => leavesOf(node))
      .map((leaf) => [step, leaf] as const),
  );
}

function pathsTo(plan: FlowPlan, listener: number, leaf: PlanLeaf): Path[] {
  return [...plan.steps.keys()]
    .filter((step) => triggersOf(plan, step).some((made) => sameTrigger(made, leaf.trigger)))
    .map((maker) => ({ maker, leaf, listener }));
}
