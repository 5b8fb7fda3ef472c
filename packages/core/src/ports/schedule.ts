/**
 * Schedules: which flow is started at which times. A store keeps them and knows nothing of clocks; whoever runs them reads what is
 * due, starts a run whose id is made of schedule and due time, and moves the schedule on. So two that do it at once start one run.
 */
import type { MaybePromise } from "./maybe-promise.js";

export interface Schedule {
  readonly id: string;
  /** The name of the flow that is started. */
  readonly flow: string;
  /** What it is started with. */
  readonly inputs: unknown;
  /** Five fields from minutes on, or six from seconds on. */
  readonly cron: string;
  /** Of the IANA database, such as "Europe/Berlin". */
  readonly timeZone: string;
  /**
   * What happens to due times at which nobody was there. `run-once`: the latest one starts a run. `skip`: none does. `all`: each
   * does, the oldest first.
   */
  readonly missed: "run-once" | "skip" | "all";
  /** What happens when the run before has not ended. `start`: another one is started. `skip`: the due time passes without one. */
  readonly overlap: "start" | "skip";
  readonly enabled: boolean;
  /** Who put it: the project's config, which also takes it away, or somebody by hand. */
  readonly origin: "config" | "manual";
  /** ms since the epoch */
  readonly createdAt: number;
  /** When it is to start a run, ms since the epoch; absent: never, as it stands. */
  readonly nextDue?: number;
  readonly lastRun?: ScheduledRun;
  /** The latest due time that started no run. */
  readonly lastSkip?: ScheduleSkip;
  /** Given by the store with every `put`, and never again to a schedule of the same id. Absent: it was not stored yet. */
  readonly revision?: string;
}

export interface ScheduledRun {
  readonly id: string;
  /** What it was started for, ms since the epoch. */
  readonly due: number;
}

export interface ScheduleSkip {
  /** ms since the epoch */
  readonly due: number;
  /** `missed`: nobody was there. `overlap`: the run before had not ended. `refused`: it could not be started. */
  readonly reason: "missed" | "overlap" | "refused";
  /** Of a refusal: the error's code and message. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ScheduleQuery {
  readonly flow?: string;
  /** At most so many, ordered by id as the store compares text. @default 100 */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface SchedulePage {
  readonly schedules: readonly Schedule[];
  /** Absent on the last page. */
  readonly next?: string;
}

export interface DueQuery {
  /** Only those due at this time or before, ms since the epoch. */
  readonly until: number;
  /** Only those that start one of these. */
  readonly flows: readonly string[];
  readonly limit: number;
}

/** A store's schedules. What it says of its runs holds here too: it fails with `PERSISTENCE_*`, and then nothing is stored. */
export interface ScheduleStore {
  /**
   * Stores a schedule in place of the one that has its `revision`; one without a revision only if none has its id. Answers it as
   * it is stored, with its new revision. Undefined: another one stands there, or none, and nothing was stored. Of several at once
   * with the same revision exactly one is stored.
   */
  put(schedule: Schedule): MaybePromise<Schedule | undefined>;
  get(id: string): MaybePromise<Schedule | undefined>;
  /** Whether one was there. */
  remove(id: string): MaybePromise<boolean>;
  /**
   * A page. Following `next` meets every schedule once that is stored all the while.
   * @throws {FlowError} PERSISTENCE_QUERY_INVALID – `limit` is not a whole number above 0
   */
  list(query: ScheduleQuery): MaybePromise<SchedulePage>;
  /** Those that have a `nextDue` in time, the earliest first, of the same ms by id. */
  due(query: DueQuery): MaybePromise<readonly Schedule[]>;
}
