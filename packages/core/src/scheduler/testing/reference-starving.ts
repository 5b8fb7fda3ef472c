/**
 * Which held operands can never be joined any more: those of a round that no running call, and no operand held
 * elsewhere, can still bring. Dropped one group after the other.
 */
import type { FlowPlan, PlanLeaf } from "../../plan/index.js";
import type { StepCallRecord } from "../types.js";
import type { Bucket, EntryState, ReferenceGroup } from "./reference-group.js";
import { isSatisfied, mayBeMissing } from "./reference-plan.js";
import { leadsIntoLoop, type Rounds, toRounds } from "./reference-turns.js";

export interface StarvedBucket {
  readonly step: number;
  readonly group: ReferenceGroup;
  readonly bucket: Bucket;
}

/** Something from which triggers may still come: a call, a list with elements to come, or an operand waiting to take part in one. */
export interface Source {
  readonly step: number;
  readonly rounds: Rounds;
}

export function dropStarved(
  plan: FlowPlan,
  open: readonly StepCallRecord[],
  { entries, passes }: { entries: readonly EntryState[]; passes: readonly Source[] },
): StarvedBucket[] {
  const running = [...open.map((call): Source => ({ step: call.step, rounds: toRounds(call.turn) })), ...passes];
  const held = entries.flatMap(({ step, groups }) => [...groups.values()].map((group) => ({ step, group })));
  const dropped: StarvedBucket[] = [];
  for (const { step, group } of held) {
    for (const bucket of group.buckets) {
      if (bucket.key.size === 0) continue;
      // A group that is matched by one of these loops starves with them, unless it waits for what is of no round.
      const elsewhere = held.filter(
        (other) =>
          other.group !== group && (isPatient(other.group) || other.group.loops.every((loop) => !bucket.key.has(loop))),
      );
      const waiting = elsewhere.flatMap((other) =>
        heldOperands(other.group).map((rounds) => ({ step: other.step, rounds })),
      );
      if ([...running, ...waiting].some((source) => canBring(plan, source, bucket.key))) continue;
      // Signals and what is kept are of no round; what `settled` was to tell may be missing in the end.
      const canCome = (leaf: PlanLeaf) =>
        bucket.slots.has(leaf) || leaf.keep || leaf.trigger.kind === "signal" || mayBeMissing(leaf);
      if (isSatisfied(group.alternative.node, canCome)) continue;
      group.drop(bucket);
      dropped.push({ step, group, bucket });
    }
  }
  return dropped;
}

function isPatient({ leaves }: ReferenceGroup): boolean {
  return leaves.some((leaf) => leaf.keep || leaf.trigger.kind === "signal");
}

function heldOperands(group: ReferenceGroup): Rounds[] {
  return group.buckets.flatMap(({ slots }) => [...slots.values()].flat().map(({ rounds }) => rounds));
}

/** Whether the source may lead to a trigger of just these rounds. */
export function canBring(plan: FlowPlan, source: Source, key: Rounds): boolean {
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
