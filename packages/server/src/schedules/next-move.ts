/** What is to be done with a schedule now: pure, so that every process that looks at it at about the same time finds the same due times. */
import type { Schedule } from "millrace";
import type { DueTimes } from "./cron.js";

/** A due time that is older than this when it is looked at was missed. */
export const missedAfterMs = 60_000;

/** So many missed due times start runs at most; older ones start none. */
export const mostMissed = 100;

export interface ScheduleMove {
  /** The due time that it is about. */
  readonly due: number;
  /** Whether a run is to be started for it. */
  readonly starts: boolean;
  /** The latest due time before it that passes without a run. */
  readonly missed?: number;
  /** What it is due at afterwards; undefined: never again. */
  readonly next?: number;
}

/** Undefined: nothing is due yet. */
export function nextMove({ nextDue, missed: rule }: Schedule, times: DueTimes, now: number): ScheduleMove | undefined {
  if (nextDue === undefined || nextDue > now) return undefined;
  const move = (due: number, starts = true): ScheduleMove => {
    const next = times.after(due);
    const before = due > nextDue ? times.upTo(due - 1, 1)[0] : undefined;
    return { due, starts, ...(before !== undefined && { missed: before }), ...(next !== undefined && { next }) };
  };
  const wasMissed = now - nextDue > missedAfterMs;
  if (!wasMissed) return move(nextDue);
  if (rule === "run-once") return move(latest(times.upTo(now, 1), nextDue));
  if (rule === "skip") return move(latest(times.upTo(now - missedAfterMs - 1, 1), nextDue), false);
  return move(latest(times.upTo(now, mostMissed), nextDue));
}

/** The earliest of these; never one before what it was due at. */
function latest(found: readonly number[], nextDue: number): number {
  return Math.max(found.at(-1) ?? nextDue, nextDue);
}
