/** What every adapter does alike with a ScheduleQuery: schedules are ordered by id, and the cursor is the last id of a page. */
import { FlowError } from "../errors/index.js";
import type { Schedule, SchedulePage, ScheduleQuery } from "./schedule.js";

export interface ReadScheduleQuery {
  readonly flow?: string;
  readonly limit: number;
  /** Only schedules whose id comes after this. */
  readonly after?: string;
}

/** @throws {FlowError} PERSISTENCE_QUERY_INVALID – `limit` is not a whole number above 0 */
export function readScheduleQuery({ flow, limit = 100, cursor }: ScheduleQuery): ReadScheduleQuery {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new FlowError("PERSISTENCE_QUERY_INVALID", `The limit of a list of schedules is ${limit}.`, {
      hint: "Give a whole number above 0.",
    });
  }
  return { limit, ...(flow !== undefined && { flow }), ...(cursor !== undefined && { after: cursor }) };
}

/** A page that ends with the last of these; `more`: others follow. */
export function schedulePage(schedules: readonly Schedule[], more: boolean): SchedulePage {
  const last = schedules.at(-1);
  return { schedules, ...(more && last && { next: last.id }) };
}
