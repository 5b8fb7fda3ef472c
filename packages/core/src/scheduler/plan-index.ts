/**
 * What the scheduler looks up, derived once per plan: who hears a trigger, and what a trigger means to the loops. Triggers
 * are numbered here in one row (names, failures, settlements, labels, signals, ends of lists), so that every look-up is an array access.
 */
import type { FlowPlan, PlanEntry, PlanGroup, PlanLeaf, PlanTrigger } from "../plan/index.js";
import { carriedRounds, commonRounds } from "./carried-rounds.js";
import { ElementTrails } from "./element-trails.js";
import { keptLoops, leavesOf } from "./loop-facts.js";

/** One place in the plan that hears a trigger. */
export interface Link {
  readonly step: number;
  readonly entry: IndexedEntry;
  /** The group that the leaf stands in, or undefined when the leaf alone is an alternative. */
  readonly group: IndexedGroup | undefined;
  readonly leaf: PlanLeaf;
  /** The leaf's slot in its group. */
  readonly slot: number;
}

export interface IndexedEntry {
  /** Position among all entries of the plan. */
  readonly id: number;
  readonly step: number;
  readonly mode: PlanEntry["mode"];
  readonly losers: readonly number[];
}

export interface IndexedGroup {
  /** Position among all groups of the plan. */
  readonly id: number;
  readonly entry: IndexedEntry;
  readonly node: PlanGroup;
  /** The loops by whose round the operands are matched; those of signals and elements too. */
  readonly loops: readonly number[];
  /** The plan's loops whose round a call that it fires carries: those, and the ones that the step stands in. */
  readonly carries: readonly number[];
  readonly leaves: readonly PlanLeaf[];
  /** It may wait for a signal or for something kept, which are of no round. */
  readonly isPatient: boolean;
  /** By slot: the number of the trigger that it waits for. */
  readonly keys: readonly number[];
  /** The slots that may stay empty in the end: those of `settled`, and of how the elements of a list came out. */
  readonly waivable: readonly number[];
  /** Every operand is a leaf: complete as soon as `node.count` of them are there. */
  readonly flat: boolean;
}

export interface PlanIndex {
  readonly plan: FlowPlan;
  /** By trigger number. */
  readonly hears: readonly (readonly Link[])[];
  readonly groups: readonly IndexedGroup[];
  readonly entryCount: number;
  /** By step, by trigger number: the loops whose round the trigger keeps when it leaves them. */
  readonly kept: readonly ReadonlyMap<number, readonly number[]>[];
  /** By loop: those of signals that its next round begins without. */
  readonly shed: readonly (readonly number[])[];
  /** By trigger number: loops in which some step hears it. */
  readonly heardInLoop: readonly (readonly number[])[];
  /** By trigger number: loops whose head hears it. */
  readonly heardByHead: readonly (readonly number[])[];
  /** By step: the triggers that its completion makes whatever it returns. */
  readonly plainTriggers: readonly (readonly number[])[];
  /** Entries with a signal among their leaves. */
  readonly signalLinks: readonly Link[];
  /** Whether some group has slots that may stay empty. */
  readonly mayLack: boolean;
  /** By step: whether its calls may fail without a failure of the run. */
  readonly handlesFailure: readonly boolean[];
  /** By step: whether it is called per element; undefined: none is. */
  readonly isMany: readonly boolean[] | undefined;
  /** Whether some step goes on with the elements of another. */
  readonly isFollowed: boolean;
  /** What elements take along; undefined: nothing. */
  readonly trails: ElementTrails | undefined;
  /** The loop of a `forEach` step's elements. */
  readonly elementLoop: (step: number) => number;
  readonly failedKey: (step: number) => number;
  readonly settledKey: (step: number) => number;
  readonly labelKey: (label: number) => number;
  readonly signalKey: (signal: number) => number;
  readonly collectKey: (step: number) => number;
  readonly outcomesKey: (step: number) => number;
  readonly elementsKey: (step: number) => number;
}

const indexes = new WeakMap<FlowPlan, PlanIndex>();

/** The index of a plan, made at its first use. */
export function indexPlan(plan: FlowPlan): PlanIndex {
  const known = indexes.get(plan);
  if (known) return known;
  const index = buildIndex(plan);
  indexes.set(plan, index);
  return index;
}

function buildIndex(plan: FlowPlan): PlanIndex {
  const stepCount = plan.steps.length;
  const failedKey = (step: number) => stepCount + step;
  const settledKey = (step: number) => 2 * stepCount + step;
  const labelKey = (label: number) => 3 * stepCount + label;
  const signalKey = (signal: number) => 3 * stepCount + plan.labels.length + signal;
  const collectKey = (step: number) => signalKey(plan.signals.length) + step;
  const outcomesKey = (step: number) => signalKey(plan.signals.length) + stepCount + step;
  const elementsKey = (step: number) => outcomesKey(stepCount) + step;
  const hasMany = plan.steps.some(({ forEach }) => forEach !== undefined);
  const keyOf = (trigger: PlanTrigger): number => {
    switch (trigger.kind) {
      case "step":
        return trigger.step;
      case "failed":
        return failedKey(trigger.step);
      case "settled":
        return settledKey(trigger.step);
      case "label":
        return labelKey(trigger.label);
      case "collect":
        return collectKey(trigger.step);
      case "outcomes":
        return outcomesKey(trigger.step);
      case "elements":
        return elementsKey(trigger.step);
      default:
        return signalKey(trigger.signal);
    }
  };
  const hears: Link[][] = Array.from({ length: hasMany ? elementsKey(stepCount) : collectKey(0) }, () => []);
  const carried = carriedRounds(plan);
  const groups: IndexedGroup[] = [];
  const signalLinks: Link[] = [];
  let entryCount = 0;
  const add = (link: Link) => {
    hears[keyOf(link.leaf.trigger)]!.push(link);
    if (link.leaf.trigger.kind === "signal") signalLinks.push(link);
  };
  plan.steps.forEach((planStep, step) => {
    for (const { mode, losers, alternatives } of planStep.entries) {
      const entry: IndexedEntry = { id: entryCount++, step, mode, losers };
      for (const { node, loops } of alternatives) {
        if (node.kind === "leaf") {
          add({ step, entry, group: undefined, leaf: node, slot: 0 });
          continue;
        }
        const leaves = leavesOf(node);
        const flat = node.of.every((child) => child.kind === "leaf");
        const isPatient = leaves.some(({ keep, trigger }) => keep || trigger.kind === "signal");
        const signals = commonRounds(plan, { node, step }, carried).map((round) => plan.loops.length + round);
        const carries = [...new Set([...loops, ...planStep.loops])];
        const group = {
          id: groups.length,
          entry,
          node,
          loops: [...loops, ...signals],
          carries,
          leaves,
          keys: leaves.map(({ trigger }) => keyOf(trigger)),
          waivable: leaves.flatMap(({ trigger }, slot) => (isWaivable(trigger) ? [slot] : [])),
          flat,
          isPatient,
        };
        groups.push(group);
        leaves.forEach((leaf, slot) => {
          add({ step, entry, group, leaf, slot });
        });
      }
    }
  });
  const heardByHead = hears.map((links) =>
    unique(links.flatMap(({ step }) => plan.steps[step]!.loops.filter((loop) => plan.loops[loop]!.head === step))),
  );
  const handlesFailure = plan.steps.map(({ forEach }, step) => {
    if (hears[failedKey(step)]!.length + hears[settledKey(step)]!.length > 0) return true;
    return forEach !== undefined && (forEach.onError === "collect" || hears[outcomesKey(step)]!.length > 0);
  });
  const heardInLoop = hears.map((links) => unique(links.flatMap(({ step }) => plan.steps[step]!.loops)));
  return {
    plan,
    hears,
    groups,
    entryCount,
    kept: keptLoops(plan, heardInLoop, { failedKey, settledKey, labelKey, collectKey, outcomesKey, elementsKey }),
    shed: carried.shed.map((signals) => [...signals].map((signal) => plan.loops.length + signal)),
    heardInLoop,
    heardByHead,
    plainTriggers: plan.steps.map((_, step) =>
      hears[settledKey(step)]!.length > 0 ? [step, settledKey(step)] : [step],
    ),
    signalLinks,
    mayLack: groups.some(({ waivable }) => waivable.length > 0),
    handlesFailure,
    isFollowed: hasMany && plan.steps.some((_, step) => hears[elementsKey(step)]!.length > 0),
    trails: hasMany ? ElementTrails.of(plan) : undefined,
    isMany: hasMany ? plan.steps.map(({ forEach }) => forEach !== undefined) : undefined,
    elementLoop: (step) => plan.loops.length + plan.signals.length + step,
    failedKey,
    settledKey,
    labelKey,
    signalKey,
    collectKey,
    outcomesKey,
    elementsKey,
  };
}

const isWaivable = ({ kind }: PlanTrigger): boolean => kind === "settled" || kind === "outcomes";

const unique = (numbers: readonly number[]): readonly number[] =>
  numbers.length < 2 ? numbers : [...new Set(numbers)];
