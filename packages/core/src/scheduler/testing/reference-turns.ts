/**
 * Turns by the book: which round numbers a trigger has for a listener. Plain maps, linear scans, nothing cached.
 * In: a plan and what occurred. Out: the rounds of the call that a listener would get.
 */
import type { FlowPlan, PlanTrigger } from "../../plan/index.js";
import type { Turn } from "../types.js";
import { heardBySome, isEnd, sameTrigger, triggersOf } from "./reference-plan.js";
import { entersWith } from "./reference-signals.js";

/** Loop number → round number. */
export type Rounds = ReadonlyMap<number, number>;

/** A completion, or the arrival of a signal, from which triggers come. */
export interface Occurrence {
  /** The step that completed; undefined for a signal. */
  readonly step: number | undefined;
  readonly rounds: Rounds;
  readonly trigger: PlanTrigger;
  /** Every trigger of this completion, not only the one being looked at. */
  readonly completion: readonly PlanTrigger[];
}

export function toTurn(rounds: Rounds): Turn {
  return [...rounds].sort(([a], [b]) => a - b).flat();
}

export function toRounds(turn: Turn): Rounds {
  const rounds = new Map<number, number>();
  for (let i = 0; i < turn.length; i += 2) rounds.set(turn[i]!, turn[i + 1]!);
  return rounds;
}

/** Whether `inner` lies inside `outer`, at any depth. A loop does not lie inside itself. */
export function liesInside(plan: FlowPlan, inner: number, outer: number): boolean {
  const around = plan.loops[inner]!.outer;
  return around !== -1 && (around === outer || liesInside(plan, around, outer));
}

/** What the trigger may come with, in this completion or another of the step. */
function mayComeWith(plan: FlowPlan, { step, trigger, completion }: Occurrence): PlanTrigger[] {
  const { routes, severalLabels } = plan.steps[step!]!;
  return triggersOf(plan, step!).filter((other) => {
    if (sameTrigger(other, trigger) || completion.some((made) => sameTrigger(made, other))) return true;
    // The end of a list is no completion of a call.
    if (isEnd(trigger) || isEnd(other)) return isEnd(trigger) && isEnd(other);
    // A call that failed has made neither its name nor a label; one that completed, no failure; both have settled.
    if (trigger.kind === "settled" || other.kind === "settled") return true;
    if (trigger.kind === "failed" || other.kind === "failed") return false;
    if (trigger.kind === "label" && other.kind === "label") return severalLabels && routes.includes(other.label);
    return true;
  });
}

/** The step, and all to which a chain of triggers leads from it. */
export function stepsAfter(plan: FlowPlan, from: number): ReadonlySet<number> {
  const reached = new Set([from]);
  for (const step of reached) {
    const triggers = triggersOf(plan, step);
    for (const listener of plan.steps.keys()) if (heardBySome(plan, [listener], triggers)) reached.add(listener);
  }
  return reached;
}

export function leadsIntoLoop(plan: FlowPlan, from: number, loop: number): boolean {
  const reached = stepsAfter(plan, from);
  return plan.loops[loop]!.steps.some((step) => reached.has(step));
}

/** The turn that what occurred has for the listener. */
export function derive(plan: FlowPlan, occurrence: Occurrence, listener: number): Rounds {
  const result = new Map<number, number>();
  const settled = new Set<number>();
  const leftBehind = new Set<number>();
  // A loop that is entered or begins a round: what is nested in it begins anew, where the listener stands in it.
  const begin = (loop: number, round: number) => {
    result.set(loop, round);
    for (const inner of nestedIn(plan, loop)) {
      settled.add(inner);
      if (plan.loops[inner]!.steps.includes(listener)) result.set(inner, 0);
    }
  };

  for (const [number, loop] of plan.loops.entries()) {
    if (settled.has(number)) continue;
    const round = occurrence.rounds.get(number);
    const listenerInside = loop.steps.includes(listener);
    const makerInside = occurrence.step !== undefined && loop.steps.includes(occurrence.step);

    if (listenerInside && makerInside) {
      const leadsToHead = heardBySome(plan, [loop.head], occurrence.completion);
      const isNext = listener === loop.head || (loop.entrances.includes(listener) && leadsToHead);
      if (isNext) {
        begin(number, round! + 1);
        for (const signal of plan.signals.keys())
          if (!entersWith(plan, number, signal)) leftBehind.add(plan.loops.length + signal);
      } else result.set(number, round!);
    } else if (listenerInside) {
      begin(number, 0);
    } else if (makerInside) {
      if (heardBySome(plan, loop.steps, mayComeWith(plan, occurrence))) result.set(number, round!);
      else for (const inner of nestedIn(plan, number)) settled.add(inner);
    } else if (round !== undefined && (loop.outer === -1 || result.has(loop.outer))) {
      result.set(number, round);
    }
  }
  for (const [loop, round] of occurrence.rounds)
    if (loop >= plan.loops.length && !leftBehind.has(loop)) result.set(loop, round);
  return result;
}

function nestedIn(plan: FlowPlan, loop: number): number[] {
  return plan.loops.map((_, inner) => inner).filter((inner) => liesInside(plan, inner, loop));
}

/** Whether two turns have equal rounds in every loop that both carry. */
export function agree(a: Rounds, b: Rounds): boolean {
  return [...a].every(([loop, round]) => !b.has(loop) || b.get(loop) === round);
}
