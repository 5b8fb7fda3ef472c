/**
 * Loops (and signals, which are loops of their own) that the second plan does not have, and whose rounds running calls and
 * held operands still carry. Where they all carry the same round it tells nothing apart any more and is left out; else going
 * on would mix up what belongs to different rounds.
 */
import type { PlanDifference } from "../../errors/index.js";
import { type FlowPlan, loopText } from "../../plan/index.js";
import type { PlanIndex } from "../plan-index.js";
import type { SchedulerSnapshot } from "../snapshot.js";
import { highestTurn, roundOf } from "../turns.js";
import type { Turn } from "../types.js";

interface Carried {
  readonly step: number;
  readonly turn: Turn;
}

export class LostLoops {
  /** By loop of the first plan: the one round that is still carried. */
  readonly #rounds = new Map<number, number>();
  readonly #ambiguous: (readonly [step: number, loop: number])[] = [];
  readonly #before: PlanIndex;
  readonly #snapshot: SchedulerSnapshot;

  /** @param loops By loop of the first plan: the second's, or -1. */
  constructor(before: PlanIndex, loops: readonly number[], snapshot: SchedulerSnapshot) {
    this.#before = before;
    this.#snapshot = snapshot;
    const carried = carriedTurns(before, snapshot);
    loops.forEach((other, loop) => {
      if (other >= 0) return;
      const bearer = carried.find(({ turn }) => roundOf(turn, loop) >= 0);
      if (bearer === undefined) return;
      const round = roundOf(bearer.turn, loop);
      if (carried.every(({ turn }) => roundOf(turn, loop) === round)) this.#rounds.set(loop, round);
      else this.#ambiguous.push([bearer.step, loop]);
    });
  }

  /** Whether a call could still be of this round. */
  isAlive(loop: number, round: number): boolean {
    return this.#rounds.get(loop) === round;
  }

  differences(reached: ReadonlySet<string>): PlanDifference[] {
    const { plan } = this.#before;
    const entries = plan.steps.flatMap(({ entries: own }, step) => own.map(() => step));
    const { fired, groups } = this.#snapshot;
    const found = [...this.#ambiguous];
    for (const loop of this.#rounds.keys()) {
      // what has fired without a round would seem to have fired for the one that is left out
      const without = (turns: readonly (readonly [string, unknown])[]) =>
        turns.some(([prefix]) => !prefix.split(",").some((number, i) => i % 2 === 0 && Number(number) === loop));
      for (const [entry, turns] of fired) if (without(turns)) found.push([entries[entry]!, loop]);
      for (const [group, data] of groups) {
        const { loops, entry } = this.#before.groups[group]!;
        const tells = loop >= plan.loops.length || loops.includes(loop);
        if (tells && without(data.fired)) found.push([entry.step, loop]);
      }
    }
    return found
      .map(([step, loop]) => ({ step: plan.steps[step]!.name, what: "loop" as const, before: roundText(plan, loop) }))
      .filter(({ step }) => reached.has(step));
  }
}

function carriedTurns({ groups }: PlanIndex, { open, groups: held, passes }: SchedulerSnapshot): readonly Carried[] {
  const slots = held.flatMap(([group, { buckets }]) =>
    buckets.flatMap(({ slots }) =>
      slots
        .flatMap((slot) => (slot ? [slot, ...(slot.later ?? [])] : []))
        .map(({ turn }) => ({ step: groups[group]!.entry.step, turn })),
    ),
  );
  const lists = passes?.open ?? [];
  return [
    ...open.map(({ step, turn }) => ({ step, turn })),
    ...lists.flatMap(({ step, turn, follows }) => [
      { step, turn },
      ...(follows?.waiting ?? []).map(({ rounds = [] }) => ({ step, turn: highestTurn(turn, rounds) })),
    ]),
    ...slots,
  ];
}

function roundText(plan: FlowPlan, loop: number): string {
  if (loop < plan.loops.length) return loopText(plan, loop);
  const signal = plan.signals[loop - plan.loops.length];
  if (signal !== undefined) return `signal(${JSON.stringify(signal)})`;
  return `each element of ${JSON.stringify(plan.steps[loop - plan.loops.length - plan.signals.length]!.name)}`;
}
