/**
 * The due times that a cron pattern stands for. Where the clock is put forward, a time that the day does not have is due at the
 * first moment after; where it is put back, a time that the day has twice is due at the first of both, while patterns of every hour or
 * every few minutes go on through both.
 */
import { Cron } from "croner";
import { describeThrown, FlowError } from "millrace";

export interface DueTimes {
  /** The first one after a moment, ms since the epoch; undefined: there is none any more. */
  after(ms: number): number | undefined;
  /** The last ones up to a moment, that one included, the latest first. */
  upTo(ms: number, count: number): readonly number[];
}

/** @throws {FlowError} SERVER_SCHEDULE_INVALID – it is no pattern, or no such time zone is known */
export function dueTimes(cron: string, timeZone: string): DueTimes {
  checkTimeZone(timeZone);
  // the library takes dates too
  if (!/^@\w+$|^(?:\S+\s+){4,5}\S+$/.test(cron.trim())) throw notPattern(cron, "it has neither five nor six fields");
  let pattern: Cron;
  try {
    pattern = new Cron(cron, { timezone: timeZone, paused: true, mode: "5-or-6-parts" });
  } catch (error) {
    throw notPattern(cron, describeThrown(error).message.replace(/^CronPattern: /, ""));
  }
  let last: { readonly ms: number; readonly count: number; readonly found: readonly number[] } | undefined;
  return {
    after: (ms) => pattern.nextRun(new Date(ms))?.getTime(),
    upTo: (ms, count) => {
      // of a schedule that is caught up with it is asked again and again
      if (last?.ms !== ms || last.count !== count) {
        last = { ms, count, found: pattern.previousRuns(count, new Date(ms + 1)).map(Number) };
      }
      return last.found;
    },
  };
}

function notPattern(cron: string, why: string): FlowError {
  return invalid("cron", `"${cron.slice(0, 100)}" is no cron pattern: ${why.slice(0, 300)}`);
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw invalid("timeZone", `"${timeZone.slice(0, 100)}" is no time zone that is known here`);
  }
}

function invalid(field: string, message: string): FlowError {
  return new FlowError("SERVER_SCHEDULE_INVALID", `The schedule can't be: ${message}.`, {
    hint:
      field === "cron"
        ? 'Five fields, as "0 9 * * 1-5", or six from seconds on.'
        : 'Give one as "Europe/Berlin", or "UTC".',
    details: { problems: [{ path: [field], message }] },
  });
}
