/** Which held operands can never be completed any more, because their round of a loop is over. */
import type { CallTable } from "./call-table.js";
import { type Bucket, GroupStore } from "./group-store.js";
import type { OpenPasses } from "./open-passes.js";
import type { PlanIndex } from "./plan-index.js";
import type { OpenCall } from "./snapshot.js";
import { stepsLeadingToLoop } from "./step-graph.js";
import { roundOf } from "./turns.js";
import type { SchedulerCommand, Turn } from "./types.js";

/** What can still bring triggers. */
export interface Sources {
  readonly open: CallTable<OpenCall>;
  /** Lists with elements to come. */
  readonly passes: OpenPasses | undefined;
}

export interface Held extends Sources {
  readonly groups: readonly (GroupStore | undefined)[];
}

/** Drops the buckets of a group whose rounds no call can bring any more, and reports them. */
export function droppedBuckets(index: PlanIndex, store: GroupStore, held: Held): SchedulerCommand[] {
  const commands: SchedulerCommand[] = [];
  // what a group holds itself can't complete it
  const others = { ...held, groups: held.groups.filter((other) => other !== store) };
  for (const bucket of [...store.buckets.values()]) {
    const rounds = roundsOf(store, bucket);
    if (rounds.length === 0 || needsOnlyTheOutside(store, bucket) || roundCanCome(index, rounds, others)) continue;
    store.drop(bucket);
    commands.push(starved(store, bucket));
  }
  return commands;
}

/** What a group that never fired still holds. */
export function leftoverBuckets(store: GroupStore): SchedulerCommand[] {
  return store.fired.size > 0 ? [] : [...store.buckets.values()].map((bucket) => starved(store, bucket));
}

/** Whether signals, and kept operands that have yet to come, would complete it: these are of no round. Nor is what may be missing. */
function needsOnlyTheOutside({ group, kept }: GroupStore, bucket: Bucket): boolean {
  const has = (slot: number) => {
    const { keep, trigger } = group.leaves[slot]!;
    if (group.waivable.includes(slot)) return true;
    return keep || trigger.kind === "signal" || bucket.slots[slot] !== undefined || kept[slot] !== undefined;
  };
  return GroupStore.complete(group.node, has);
}

/** Whether some open call, or some operand held elsewhere, can still bring a trigger of these rounds. */
export function roundCanCome(index: PlanIndex, rounds: Turn, { open, passes, groups }: Held): boolean {
  for (const call of open.values()) if (canBring(index, rounds, call)) return true;
  if (passes) for (const source of passes.sources()) if (canBring(index, rounds, source)) return true;
  for (const store of groups) {
    if (!store || store.buckets.size === 0) continue;
    // a group that is matched by these loops starves with them, unless it waits for what is of no round
    if (!store.group.isPatient && rounds.some((loop, i) => i % 2 === 0 && store.group.loops.includes(loop))) continue;
    for (const { slots } of store.buckets.values()) {
      for (const slot of slots) {
        for (const { turn } of slot ? [slot, ...(slot.later ?? [])] : []) {
          if (canBring(index, rounds, { step: store.group.entry.step, turn })) return true;
        }
      }
    }
  }
  return false;
}

/** Whether something of a turn may lead to a trigger of these rounds. */
export function canBring(index: PlanIndex, rounds: Turn, { step, turn }: { step: number; turn: Turn }): boolean {
  for (let i = 0; i < rounds.length; i += 2) {
    const loop = rounds[i]!;
    const round = roundOf(turn, loop);
    // a signal that has arrived does not arrive again, nor does an element
    const isSignal = loop >= index.plan.loops.length;
    if (round < 0) return !isSignal && stepsLeadingToLoop(index, loop).has(step);
    if (round > rounds[i + 1]!) return false;
    if (round < rounds[i + 1]!) return !isSignal && index.plan.steps[step]!.loops.includes(loop);
  }
  return true;
}

/** The rounds of a bucket as a turn, loops that it has no round for left out. */
const roundsOf = ({ group }: GroupStore, { rounds }: Bucket): Turn =>
  group.loops.flatMap((loop, i) => (rounds[i]! < 0 ? [] : [loop, rounds[i]!]));

function starved(store: GroupStore, bucket: Bucket): SchedulerCommand {
  const { leaves, entry, node } = store.group;
  const has = (slot: number) => bucket.slots[slot] !== undefined || store.kept[slot] !== undefined;
  const held = leaves.filter((_, slot) => has(slot)).map(({ key }) => key);
  const missing = GroupStore.complete(node, has) ? [] : leaves.filter((_, slot) => !has(slot)).map(({ key }) => key);
  return { type: "starved", step: entry.step, held, missing, turn: roundsOf(store, bucket) };
}
