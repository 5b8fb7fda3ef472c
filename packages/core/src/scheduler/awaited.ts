/** Which signals a run that has nothing open waits for. */
import type { PlanNode } from "../plan/index.js";
import { type Bucket, GroupStore } from "./group-store.js";
import type { IndexedGroup, PlanIndex } from "./plan-index.js";
import type { AwaitedSignal } from "./types.js";

interface Standing {
  readonly groups: readonly (GroupStore | undefined)[];
  readonly called: readonly boolean[];
}

export function awaitedSignals(index: PlanIndex, standing: Standing): AwaitedSignal[] {
  return [...stepsAwaiting(index, standing)]
    .sort(([a], [b]) => a - b)
    .map(([signal, steps]) => ({
      kind: "signal",
      name: index.plan.signals[signal]!,
      steps: [...steps].map((step) => index.plan.steps[step]!.name),
    }));
}

/**
 * By signal, the steps that await it. A condition awaits its signals when they alone would complete it, and either something
 * else is held for it already or it has never made a call: a step that only listens to a signal is waited for until it was called
 * once. Where something is held, what `settled` has not told is not missed.
 */
export function stepsAwaiting(index: PlanIndex, { groups, called }: Standing): ReadonlyMap<number, Set<number>> {
  const stepsBySignal = new Map<number, Set<number>>();
  const note = (signal: number, step: number) => {
    const steps = stepsBySignal.get(signal) ?? new Set();
    stepsBySignal.set(signal, steps.add(step));
  };
  const seen = new Set<IndexedGroup>();
  for (const { group, entry, leaf } of index.signalLinks) {
    if (!group) {
      if (leaf.trigger.kind === "signal" && !called[entry.id]) note(leaf.trigger.signal, entry.step);
      continue;
    }
    if (seen.has(group)) continue;
    seen.add(group);
    for (const signal of signalsNeeded(group, groups[group.id])) note(signal, entry.step);
  }
  return stepsBySignal;
}

function signalsNeeded(group: IndexedGroup, store: GroupStore | undefined): Set<number> {
  const needed = new Set<number>();
  const buckets: (readonly Bucket[])[] = store
    ? [...store.buckets.values()].map((bucket) => store.compatible(bucket))
    : [];
  if (!hasFired(store)) buckets.push([]);
  for (const taken of buckets) {
    const holds = (slot: number) =>
      store?.kept[slot] !== undefined || taken.some(({ slots }) => slots[slot] !== undefined);
    const holdsOther = group.leaves.some((leaf, slot) => leaf.trigger.kind !== "signal" && !leaf.keep && holds(slot));
    if (hasFired(store) && !holdsOther) continue;
    const has = (slot: number) => holds(slot) || (taken.length > 0 && group.waivable.includes(slot));
    collect(group.node, { group, has, needed, slot: 0 });
  }
  return needed;
}

const hasFired = (store: GroupStore | undefined): boolean => store !== undefined && store.fired.size > 0;

interface Walk {
  readonly group: IndexedGroup;
  readonly has: (slot: number) => boolean;
  readonly needed: Set<number>;
  /** The next leaf's slot. */
  slot: number;
}

/** Adds the signals that a tree lacks, if signals are all that it lacks; answers whether it could be complete with them. */
function collect(node: PlanNode, walk: Walk): boolean {
  if (node.kind === "leaf") {
    const held = walk.has(walk.slot++);
    if (!held && node.trigger.kind === "signal") walk.needed.add(node.trigger.signal);
    return held || node.trigger.kind === "signal";
  }
  const before = walk.slot;
  const complete = GroupStore.complete(node, walk.has, { slot: before });
  const inner: Walk = { ...walk, needed: new Set() };
  const possible = node.of.filter((child) => collect(child, inner)).length;
  walk.slot = inner.slot;
  if (complete) return true;
  if (possible < node.count) return false;
  for (const signal of inner.needed) walk.needed.add(signal);
  return true;
}
