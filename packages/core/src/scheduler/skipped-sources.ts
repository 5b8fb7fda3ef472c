/**
 * Joins that lack only what `settled` was to tell them of steps that will not be called any more. They go on without: a step that
 * nobody calls is skipped, too. A join waits as long as anything in the run may still lead to such a step; of several that wait for
 * each other, the first in the order of the plan goes on.
 */
import { stepsAwaiting } from "./awaited.js";
import { type Bucket, GroupStore } from "./group-store.js";
import { mayOccur, type Start } from "./may-occur.js";
import type { PlanIndex } from "./plan-index.js";
import { canBring, type Held } from "./starving.js";
import { stepsLeadingTo } from "./step-graph.js";
import type { Turn } from "./types.js";

/** A bucket that is complete without what is missing in these slots. */
export interface Gap {
  readonly store: GroupStore;
  readonly bucket: Bucket;
  /** The rounds that it is of, with those of the buckets that go with it. */
  readonly rounds: Turn;
  readonly missing: readonly number[];
}

export interface Standing extends Held {
  /** By entry: whether it ever made a call. */
  readonly called: readonly boolean[];
}

/** The join that goes on next, if one does. @param stores Of groups that may do so, in the order of the plan. */
export function nextGap(index: PlanIndex, stores: readonly GroupStore[], standing: Standing): Gap | undefined {
  const gaps = stores.flatMap((store) => gapsIn(store, standing));
  if (gaps.length === 0) return undefined;
  const awaiting = [...stepsAwaiting(index, standing).values()].flatMap((steps) =>
    [...steps].map((step) => ({ step })),
  );
  const ripe = gaps.flatMap((gap) => ripened(index, gap, { ...standing, awaiting }) ?? []);
  return ripe.length < 2 ? ripe[0] : firstOf(index, ripe);
}

function gapsIn(store: GroupStore, { open }: Standing): Gap[] {
  const { group, kept } = store;
  const buckets = [...store.buckets.values()];
  // of buckets that all have their rounds, no two go together
  const apart = buckets.every(({ rounds }) => !rounds.includes(-1));
  return buckets.flatMap((bucket) => {
    if (apart && bucket.waitsFor !== undefined && open.has(bucket.waitsFor)) return [];
    const taken = apart ? [bucket] : store.compatible(bucket);
    const has = (slot: number) => kept[slot] !== undefined || taken.some(({ slots }) => slots[slot] !== undefined);
    const missing = group.waivable.filter((slot) => !has(slot));
    if (missing.length === 0 || !isComplete(store, missing, has)) return [];
    return [{ store, bucket, missing, rounds: roundsOf(store, taken) }];
  });
}

/** With only those of its slots missing that nothing can bring any more; undefined: it is not complete without the others. */
function ripened(
  index: PlanIndex,
  gap: Gap,
  { open, passes, groups, awaiting }: Held & { readonly awaiting: readonly Start[] },
): Gap | undefined {
  const { store, bucket, rounds } = gap;
  const calls = open.values().filter((call) => canBring(index, rounds, call));
  const lists = (passes?.sources() ?? []).filter((source) => canBring(index, rounds, source));
  const taken = store.compatible(bucket);
  const has = (slot: number) => store.kept[slot] !== undefined || taken.some(({ slots }) => slots[slot] !== undefined);
  bucket.waitsFor = undefined;
  for (const slot of gap.missing) {
    const others = gap.missing.filter((other) => other !== slot);
    if (isComplete(store, others, has)) continue;
    // most often one call alone says that it is too early
    const leading = stepsLeadingTo(index, stepOf(store, slot), "alone");
    bucket.waitsFor = calls.find(({ asking, step }) => !asking && leading.has(step))?.id;
    if (bucket.waitsFor !== undefined) return undefined;
  }
  const may = mayOccur(index, [...calls, ...lists, ...awaiting], groups);
  const missing = gap.missing.filter((slot) => !may[store.group.keys[slot]!]);
  return missing.length > 0 && isComplete(store, missing, has) ? { ...gap, missing } : undefined;
}

const isComplete = ({ group }: GroupStore, without: readonly number[], has: (slot: number) => boolean): boolean =>
  GroupStore.complete(group.node, (slot) => without.includes(slot) || has(slot));

/** The first that no other one leads to, unless it leads to that one itself. */
function firstOf(index: PlanIndex, gaps: readonly Gap[]): Gap {
  const leads = (from: Gap, to: Gap) =>
    canBring(index, to.rounds, { step: from.store.group.entry.step, turn: from.rounds }) &&
    to.missing.some((slot) => stepsLeadingTo(index, stepOf(to.store, slot)).has(from.store.group.entry.step));
  const isFirst = (gap: Gap) => gaps.every((other) => other === gap || !leads(other, gap) || leads(gap, other));
  return gaps.find(isFirst) ?? gaps[0]!;
}

function stepOf({ group }: GroupStore, slot: number): number {
  const { trigger } = group.leaves[slot]!;
  return trigger.kind === "settled" || trigger.kind === "outcomes" ? trigger.step : -1;
}

function roundsOf({ group }: GroupStore, taken: readonly Bucket[]): Turn {
  return group.loops.flatMap((loop, i) => {
    const round = Math.max(...taken.map(({ rounds }) => rounds[i]!));
    return round < 0 ? [] : [loop, round];
  });
}
