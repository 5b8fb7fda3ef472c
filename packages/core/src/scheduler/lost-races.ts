/** Which open calls are aborted when a race has been won. */
import { followed } from "./element-trails.js";
import type { PlanIndex } from "./plan-index.js";
import type { OpenCall } from "./snapshot.js";
import type { Sources } from "./starving.js";
import { roundOf, turnFor, turnsAgree } from "./turns.js";
import type { Turn } from "./types.js";

interface WonRace {
  /** The step that it calls, and the turn of that call. */
  readonly race: number;
  /** Position among all entries of the plan. */
  readonly entry: number;
  readonly turn: Turn;
  readonly losers: readonly number[];
}

/**
 * The losers' calls of the same turn, in the order in which they were made. A turn is compared as the race would have got it:
 * the race may head a loop that its runners stand in. A list is lost as a whole, with what follows it, and forgotten here; one
 * of whose elements won is not: each element runs a race of its own.
 */
export function lostCalls(
  index: PlanIndex,
  { open, passes }: Sources,
  { race, entry, turn, losers }: WonRace,
): OpenCall[] {
  const agrees = (step: number, own: Turn, trigger: number) =>
    turnsAgree(turnFor(index, { step, turn: own, triggers: [trigger] }, { trigger, listener: race }), turn);
  const lost = new Set<number>();
  for (const pass of passes?.values() ?? []) {
    const { id, step } = pass;
    if (!losers.includes(step) || elementLoopsOf(index, step).some((loop) => roundOf(turn, loop) >= 0)) continue;
    const end = index.collectKey(step);
    if (agrees(step, pass.turn, index.hears[end]!.length > 0 ? end : step)) lost.add(id);
  }
  for (const pass of passes?.values() ?? []) {
    // what it follows stands before it
    if (pass.source && lost.has(pass.source.id)) lost.add(pass.id);
  }
  for (const pass of passes?.values() ?? []) if (lost.has(pass.id)) passes?.delete(pass);
  return open.values().filter(({ step, turn: own, pass, asking }) => {
    if (pass !== undefined && lost.has(pass)) return true;
    if (!losers.includes(step) && !(asking && isAskedFor(index, step, entry))) return false;
    return pass === undefined && agrees(step, own, step);
  });
}

/** The loops of its own elements, and of those that they came from, in the steps before. */
function elementLoopsOf({ plan, elementLoop }: PlanIndex, step: number): number[] {
  const loops = [elementLoop(step)];
  for (let source = followed(plan.steps[step]!); source; source = followed(plan.steps[source.step]!))
    loops.push(elementLoop(source.step));
  return loops;
}

/** Whether whatever a human may still answer is heard by this race alone; the step's name has occurred. */
function isAskedFor({ plan, hears, labelKey }: PlanIndex, step: number, race: number): boolean {
  const links = plan.steps[step]!.routes.flatMap((label) => hears[labelKey(label)]!);
  return links.length > 0 && links.every(({ entry }) => entry.id === race);
}
