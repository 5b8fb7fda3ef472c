/**
 * A scheduler's snapshot in the numbers of another plan. What the other plan has no place for is left out: whether that
 * matters is told by `differences`, before the outcome is used.
 */

import type { Trail } from "../element-supplies.js";
import { FiredTurns } from "../fired-turns.js";
import type { GroupData, Slot } from "../group-store.js";
import type { PassData } from "../passes.js";
import type { SchedulerSnapshot } from "../snapshot.js";
import type { Turn } from "../types.js";
import { carryCounts } from "./former-counts.js";
import type { LostLoops } from "./lost-loops.js";
import type { PlanMatch } from "./match.js";

export function translateSnapshot(match: PlanMatch, lost: LostLoops, snapshot: SchedulerSnapshot): SchedulerSnapshot {
  const { before, after, steps, entries, groups } = match;
  const { passes } = snapshot;
  const { counts, signals, open, called, fired } = snapshot;
  return {
    calls: snapshot.calls,
    stopping: snapshot.stopping,
    ...carryCounts(before.plan, after.plan, snapshot),
    signals: after.plan.signals.map((name) => signals[before.plan.signals.indexOf(name)] ?? 0),
    open: open.flatMap((call) =>
      steps[call.step]! < 0 ? [] : [{ ...call, step: steps[call.step]!, turn: translateTurn(match, call.turn) }],
    ),
    called: calledEntries(match, {
      called,
      counts: after.plan.steps.map((_, step) => counts[steps.indexOf(step)] ?? 0),
    }),
    fired: fired.flatMap(([entry, turns]) =>
      entries[entry]! < 0 ? [] : [[entries[entry]!, translateFired(match, lost, turns)] as const],
    ),
    groups: snapshot.groups.flatMap(([group, data]) =>
      groups[group] === undefined ? [] : [[groups[group].group, translateGroup(match, lost, [group, data])] as const],
    ),
    ...(passes && {
      passes: {
        count: passes.count,
        open: passes.open.flatMap((pass) =>
          after.isMany?.[steps[pass.step]!] ? [translatePass(match, { ...pass, step: steps[pass.step]! })] : [],
        ),
      },
    }),
  };
}

function translatePass(match: PlanMatch, pass: PassData): PassData {
  const { follows, called } = pass;
  const waiting = follows?.waiting.map((element) => {
    return { ...translateTrail(match, element), rounds: translateTurn(match, element.rounds ?? []) };
  });
  const turn = translateTurn(match, pass.turn);
  return {
    ...pass,
    turn,
    ...(follows && waiting && { follows: { ...follows, waiting } }),
    ...(called && { called: called.map((elements) => elements.map((element) => translateTrail(match, element))) }),
  };
}

function translateTrail<E extends { readonly trail?: Trail }>({ steps }: PlanMatch, element: E): E {
  if (!element.trail) return element;
  const trail = element.trail.map(([step, value]) => [steps[step]!, value] as const);
  return { ...element, trail: trail.filter(([step]) => step >= 0) };
}

/** A condition that is new to a step which was called before counts as having called it: a signal alone is not waited for again. */
function calledEntries(
  { after, entries }: PlanMatch,
  { called, counts }: Pick<SchedulerSnapshot, "called" | "counts">,
): number[] {
  const known = new Set(called.map((entry) => entries[entry]!));
  const matched = new Set(entries);
  return after.plan.steps
    .flatMap(({ entries: own }, step) => own.map(() => step))
    .flatMap((step, entry) => ((matched.has(entry) ? known.has(entry) : counts[step]! > 0) ? [entry] : []));
}

/** The rounds of loops that the other plan has too, in its order. */
function translateTurn({ loops }: PlanMatch, turn: Turn): Turn {
  const pairs: [loop: number, round: number][] = [];
  for (let i = 0; i < turn.length; i += 2) {
    const loop = loops[turn[i]!]!;
    if (loop >= 0) pairs.push([loop, turn[i + 1]!]);
  }
  return pairs.sort(([a], [b]) => a - b).flat();
}

function translateGroup(
  match: PlanMatch,
  lost: LostLoops,
  [group, { fired, kept, buckets }]: SchedulerSnapshot["groups"][number],
): GroupData {
  const { group: twin, slots } = match.groups[group]!;
  const loopsBefore = match.before.groups[group]!.loops.map((loop) => match.loops[loop]!);
  const { loops, leaves } = match.after.groups[twin]!;
  const arrange = (list: readonly (Slot | null)[]) =>
    leaves.map((_, slot) => translateSlot(match, list[slots.indexOf(slot)] ?? null));
  return {
    fired: translateFired(match, lost, fired),
    kept: arrange(kept),
    buckets: buckets.map((bucket) => ({
      // a loop by which it was not matched so far: the operands came without a round of it
      rounds: loops.map((loop) => bucket.rounds[loopsBefore.indexOf(loop)] ?? -1),
      slots: arrange(bucket.slots),
    })),
  };
}

function translateSlot(match: PlanMatch, slot: Slot | null): Slot | null {
  if (slot === null) return null;
  const turn = translateTurn(match, slot.turn);
  const later = slot.later?.map((next) => ({ ...next, turn: translateTurn(match, next.turn) }));
  return { payload: slot.payload, turn, ...(later && { later }) };
}

/**
 * Fired turns are ranges of the rounds of their last loop. Where another loop comes last in the new plan, each turn is
 * noted by itself. Turns of a loop that is gone are left out, but for the round that calls still carry.
 */
function translateFired(
  match: PlanMatch,
  lost: LostLoops,
  fired: readonly (readonly [prefix: string, ranges: readonly number[]])[],
): GroupData["fired"] {
  const translated = new FiredTurns();
  for (const [prefix, ranges] of fired) {
    for (const turn of turnsOf(prefix, ranges)) {
      const counts = turn.every(
        (loop, i) => i % 2 === 1 || match.loops[loop]! >= 0 || lost.isAlive(loop, turn[i + 1]!),
      );
      if (counts) translated.add(translateTurn(match, turn));
    }
  }
  return translated.toJSON();
}

function* turnsOf(prefix: string, ranges: readonly number[]): Generator<Turn> {
  if (prefix === "") return yield [];
  const outer = prefix.split(",").map(Number);
  for (let i = 0; i < ranges.length; i += 2)
    for (let round = ranges[i]!; round <= ranges[i + 1]!; round++) yield [...outer, round];
}
