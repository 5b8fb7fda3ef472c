/**
 * Which held operands can never be joined any more: those of a round that no running call, and no operand held
 * elsewhere, can still bring.
 */
import type { FlowPlan } from "../../plan/index.js";
import type { StepCallRecord } from "../types.js";
import type { Bucket, EntryState, ReferenceGroup } from "./reference-group.js";
import { leadsIntoLoop, type Rounds, toRounds } from "./reference-turns.js";

export interface StarvedBucket {
  readonly step: number;
  readonly group: ReferenceGroup;
  readonly bucket: Bucket;
}

/** Something from which triggers may still come: a call, or an operand waiting to take part in one. */
interface Source {
  readonly step: number;
  readonly rounds: Rounds;
}

export function starvedBuckets(
  plan: FlowPlan,
  open: readonly StepCallRecord[],
  entries: readonly EntryState[],
): StarvedBucket[] {
  const sources = open.map((call): Source => ({ step: call.step, rounds: toRounds(call.turn) }));
  const held = entries.flatMap(({ step, groups }) =>
    [...groups.values()].flatMap((group) => group.buckets.map((bucket) => ({ step, group, bucket }))),
  );
  const doubtful = new Set(held);
  // What can still be completed may call its step, which may complete others.
  for (let found = true; found; ) {
    found = false;
    for (const one of doubtful) {
      const { step, bucket } = one;
      if (bucket.key.size > 0 && !sources.some((source) => canBring(plan, source, bucket.key))) continue;
      for (const { rounds } of [...bucket.slots.values()].flat()) sources.push({ step, rounds });
      doubtful.delete(one);
      found = true;
    }
  }
  return [...doubtful];
}

/** Whether the source may lead to a trigger of just these rounds. */
function canBring(plan: FlowPlan, source: Source, key: Rounds): boolean {
  for (const [loop, round] of [...key].sort(([a], [b]) => a - b)) {
    const own = source.rounds.get(loop);
    // A signal that has arrived does not arrive again.
    const isSignal = loop >= plan.loops.length;
    if (own === undefined) return !isSignal && leadsIntoLoop(plan, source.step, loop);
    if (own > round) return false;
    if (own < round) return !isSignal && plan.loops[loop]!.steps.includes(source.step);
  }
  return true;
}
