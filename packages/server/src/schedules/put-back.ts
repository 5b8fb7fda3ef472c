/**
 * Schedules whose due time lies beyond the next one of their pattern: it was found while the clock ran ahead, and until it comes
 * they would start nothing. They are due at the next one again; a run of a due time that had one already is not started anew, since
 * runs are named by their due times.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Schedule, ScheduleStore } from "millrace";
import type { Host } from "../host/index.js";
import { dueTimes } from "./cron.js";

/** Clocks of several hosts may differ by as much, and a clock may be put back by as much, in ms. */
const leewayMs = 60_000;

const atOnce = 100;

export async function putBack(
  { flows, clock, logger, stopSignal }: Pick<Host, "flows" | "clock" | "logger" | "stopSignal">,
  store: ScheduleStore,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: atOnce, ...(cursor !== undefined && { cursor }) });
    // after they were read: who has moved one on meanwhile has seen no later time
    const now = clock.now();
    for (const schedule of page.schedules) {
      const next = flows.has(schedule.flow) ? nextBefore(schedule, now) : undefined;
      // put by somebody else meanwhile: that is looked at next time
      if (next === undefined || !(await store.put({ ...schedule, nextDue: next }))) continue;
      logger?.warn(
        `schedule "${schedule.id}" was due only later than its pattern says, as if the clock had run ahead`,
        {
          wasDue: new Date(schedule.nextDue!).toISOString(),
          nextDue: new Date(next).toISOString(),
        },
      );
    }
    cursor = page.next;
    if (cursor !== undefined) await nextTurn();
  } while (cursor !== undefined && !stopSignal.aborted);
}

/** When it is due by its pattern; undefined: not before the time that it has. */
function nextBefore({ cron, timeZone, nextDue, enabled }: Schedule, now: number): number | undefined {
  if (!enabled || nextDue === undefined || nextDue <= now + leewayMs) return undefined;
  const times = timesOf(cron, timeZone);
  const latest = times?.after(now + leewayMs);
  return latest !== undefined && nextDue > latest ? times?.after(now) : undefined;
}

/** Undefined: what is stored is no pattern that this release knows, which is told when it is due. */
function timesOf(cron: string, timeZone: string): ReturnType<typeof dueTimes> | undefined {
  try {
    return dueTimes(cron, timeZone);
  } catch {
    return undefined;
  }
}
