/**
 * Two plans of one flow, matched by what their numbers stand for: steps by name, loops and conditions by what they are. A
 * number of the first plan that stands for nothing in the second is matched with -1.
 */
import {
  alternativeKey,
  entryKey,
  type FlowPlan,
  leafKey,
  loopKey,
  type PlanEntry,
  type PlanNode,
} from "../../plan/index.js";
import { leavesOf } from "../loop-facts.js";
import type { PlanIndex } from "../plan-index.js";

export interface GroupMatch {
  /** In the second plan. */
  readonly group: number;
  /** By slot of the first plan's group: the slot of the second's. */
  readonly slots: readonly number[];
}

export interface PlanMatch {
  readonly before: PlanIndex;
  readonly after: PlanIndex;
  readonly steps: readonly number[];
  /** Signals, and elements of `forEach` steps, are loops of their own and stand after the plan's. */
  readonly loops: readonly number[];
  /** Only entries of matched steps are matched. */
  readonly entries: readonly number[];
  readonly groups: readonly (GroupMatch | undefined)[];
}

export function matchPlans(before: PlanIndex, after: PlanIndex): PlanMatch {
  const steps = pair(stepNames(before.plan), stepNames(after.plan));
  const entries: number[] = new Array(before.entryCount).fill(-1);
  const groups: (GroupMatch | undefined)[] = new Array(before.groups.length).fill(undefined);
  const firstBefore = firstEntries(before.plan);
  const firstAfter = firstEntries(after.plan);
  const groupOf = new Map(after.groups.map(({ node, id }) => [node as PlanNode, id]));
  const groupBefore = new Map(before.groups.map(({ node, id }) => [node as PlanNode, id]));
  steps.forEach((other, step) => {
    if (other < 0) return;
    const mine = before.plan.steps[step]!.entries;
    const theirs = after.plan.steps[other]!.entries;
    pair(entryKeys(before.plan, mine), entryKeys(after.plan, theirs)).forEach((twin, entry) => {
      if (twin < 0) return;
      entries[firstBefore[step]! + entry] = firstAfter[other]! + twin;
      for (const [node, same] of twins([before.plan, mine[entry]!], [after.plan, theirs[twin]!])) {
        if (node.kind === "leaf") continue;
        groups[groupBefore.get(node)!] = {
          group: groupOf.get(same)!,
          slots: pair(leafKeys(before.plan, node), leafKeys(after.plan, same)),
        };
      }
    });
  });
  return { before, after, steps, loops: matchLoops(before, after, steps), entries, groups };
}

function matchLoops(
  { plan: before }: PlanIndex,
  { plan: after, elementLoop }: PlanIndex,
  steps: readonly number[],
): readonly number[] {
  const loops = pair(loopKeys(before), loopKeys(after));
  const signals = pair(before.signals, after.signals).map((signal) => (signal < 0 ? -1 : after.loops.length + signal));
  const elements = steps.map((step) => (step < 0 ? -1 : elementLoop(step)));
  return [...loops, ...signals, ...elements];
}

/** The alternatives of two equal entries, side by side. */
function twins(
  [before, mine]: [FlowPlan, PlanEntry],
  [after, theirs]: [FlowPlan, PlanEntry],
): (readonly [PlanNode, PlanNode])[] {
  const keys = (plan: FlowPlan, { alternatives }: PlanEntry) =>
    alternatives.map((alternative) => alternativeKey(plan, alternative));
  return pair(keys(before, mine), keys(after, theirs)).map(
    (twin, i) => [mine.alternatives[i]!.node, theirs.alternatives[twin]!.node] as const,
  );
}

/** By position of the first list: where the second has an equal text, each used once, or -1. */
function pair(before: readonly string[], after: readonly string[]): number[] {
  const places = new Map<string, number[]>();
  after.forEach((text, place) => {
    const known = places.get(text);
    if (known) known.push(place);
    else places.set(text, [place]);
  });
  return before.map((text) => places.get(text)?.shift() ?? -1);
}

/** By step: the position of its first entry among all of the plan. */
function firstEntries({ steps }: FlowPlan): number[] {
  let next = 0;
  return steps.map(({ entries }) => {
    next += entries.length;
    return next - entries.length;
  });
}

const stepNames = ({ steps }: FlowPlan) => steps.map(({ name }) => name);
const loopKeys = (plan: FlowPlan) => plan.loops.map((_, loop) => loopKey(plan, loop));
const entryKeys = (plan: FlowPlan, entries: readonly PlanEntry[]) => entries.map((entry) => entryKey(plan, entry));
const leafKeys = (plan: FlowPlan, node: PlanNode) => leavesOf(node).map((leaf) => leafKey(plan, leaf));
