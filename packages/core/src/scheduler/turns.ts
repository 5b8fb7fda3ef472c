/**
 * Turns: which round of which loop a call belongs to (design: the timestamps of timely dataflow). A turn is an array of
 * pairs sorted by loop, and never changes. Loops from `plan.loops.length` on are signals, then elements of `forEach` steps.
 */
import type { PlanIndex } from "./plan-index.js";
import type { Turn } from "./types.js";

export const noTurn: Turn = Object.freeze([]);

/** The completion that made a trigger: all that the same call brought about at once. */
export interface Completion {
  /** The step, or -1 for a signal. */
  readonly step: number;
  readonly turn: Turn;
  /** Numbers of all triggers made, see PlanIndex. */
  readonly triggers: readonly number[];
}

/** A trigger, by number, and a step that hears it. */
export interface Hearing {
  readonly trigger: number;
  readonly listener: number;
}

/** Only the pairs of some loops. */
export function turnWithin(turn: Turn, carries: (loop: number) => boolean): Turn {
  let kept: number[] | undefined;
  for (let i = 0; i < turn.length; i += 2) {
    if (carries(turn[i]!)) kept?.push(turn[i]!, turn[i + 1]!);
    else kept ??= turn.slice(0, i);
  }
  return kept ?? turn;
}

/** The turn with a round of a loop in place of the one that it may have. */
export function withRound(turn: Turn, loop: number, round: number): Turn {
  let at = 0;
  while (at < turn.length && turn[at]! < loop) at += 2;
  return [...turn.slice(0, at), loop, round, ...turn.slice(turn[at] === loop ? at + 2 : at)];
}

/** The round that a turn has for a loop, or -1. */
export function roundOf(turn: Turn, loop: number): number {
  for (let i = 0; i < turn.length; i += 2) if (turn[i] === loop) return turn[i + 1]!;
  return -1;
}

export function sameTurn(a: Turn, b: Turn): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether two turns have equal rounds in every loop that both carry. */
export function turnsAgree(a: Turn, b: Turn): boolean {
  for (let i = 0; i < a.length; i += 2) {
    const round = roundOf(b, a[i]!);
    if (round >= 0 && round !== a[i + 1]) return false;
  }
  return true;
}

/** Per loop the higher round. */
export function highestTurn(a: Turn, b: Turn): Turn {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  const turn: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [loopA, loopB] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY];
    if (loopA < loopB) turn.push(loopA, a[i + 1]!);
    else if (loopB < loopA) turn.push(loopB, b[j + 1]!);
    else turn.push(loopA, Math.max(a[i + 1]!, b[j + 1]!));
    if (loopA <= loopB) i += 2;
    if (loopB <= loopA) j += 2;
  }
  return turn;
}

/** The turn of a start step's call: round 0 of the loops that it stands in. */
export function firstTurn(index: PlanIndex, step: number): Turn {
  const { loops } = index.plan.steps[step]!;
  return loops.length === 0 ? noTurn : [...loops].sort((a, b) => a - b).flatMap((loop) => [loop, 0]);
}

/**
 * The turn that a trigger of `completion` gives to a call of `listener`:
 * inside a loop the round stays, and is one higher for the head (and for other entrances, when the same completion calls the
 * head); entering begins at 0; leaving keeps the round if the trigger may occur in every round, because some completion that
 * makes it also leads on inside the loop. Where a loop begins a round, the loops inside it begin anew, and signals that had
 * joined in with the round before are left behind; where its round is gone, theirs are too.
 */
export function turnFor(index: PlanIndex, completion: Completion, { trigger, listener }: Hearing): Turn {
  const { plan } = index;
  const { turn, step } = completion;
  if (plan.loops.length === 0) return turn;
  const own = plan.steps[listener]!.loops;
  if (turn.length === 0 && own.length === 0) return turn;
  const result: number[] = [];
  let restarted = none;
  let shed = none;
  let at = 0;
  let mine = 0;
  while (at < turn.length || mine < own.length) {
    const loop = Math.min(turn[at] ?? Number.POSITIVE_INFINITY, own[mine] ?? Number.POSITIVE_INFINITY);
    const round = turn[at] === loop ? turn[at + 1]! : -1;
    const inside = own[mine] === loop;
    if (round >= 0) at += 2;
    if (inside) mine++;
    if (loop >= plan.loops.length) {
      if (!shed.includes(loop)) result.push(loop, round);
      continue;
    }
    const { outer, head, entrances } = plan.loops[loop]!;
    if (outer >= 0 && restarted.includes(outer)) {
      restarted = [...restarted, loop];
      if (inside) result.push(loop, 0);
      continue;
    }
    const madeInside = step >= 0 && round >= 0 && plan.steps[step]!.loops.includes(loop);
    if (inside && madeInside) {
      const next = listener === head || (entrances.includes(listener) && callsHead(index, completion, loop));
      if (next) {
        restarted = [...restarted, loop];
        shed = shed.length === 0 ? index.shed[loop]! : [...shed, ...index.shed[loop]!];
      }
      result.push(loop, next ? round + 1 : round);
    } else if (inside) {
      restarted = [...restarted, loop];
      result.push(loop, 0);
    } else if (outer >= 0 && roundOf(result, outer) < 0) {
      // the loop around it is gone, so this round would mean nothing
    } else if (!madeInside || index.kept[step]!.get(trigger)!.includes(loop) || leadsOn(index, completion, loop)) {
      result.push(loop, round);
    }
  }
  return sameTurn(result, turn) ? turn : result;
}

const none: readonly number[] = Object.freeze([]);

/** What the plan does not know of: several labels of a router from whose source that can't be read. */
function leadsOn(index: PlanIndex, { triggers }: Completion, loop: number): boolean {
  return triggers.some((trigger) => index.heardInLoop[trigger]!.includes(loop));
}

function callsHead(index: PlanIndex, { triggers }: Completion, loop: number): boolean {
  for (const trigger of triggers) if (index.heardByHead[trigger]!.includes(loop)) return true;
  return false;
}
