/** What a store of runs is asked, and how it answers: lists by page, removals by step. */
import type { EndStatus, RunStatus } from "./journal.js";
import type { RunRecord } from "./run-record.js";

export interface RunQuery {
  readonly flow?: string;
  readonly status?: RunStatus | readonly RunStatus[];
  readonly session?: string;
  readonly parent?: string;
  /** Forks of the run with this id. */
  readonly forkedFrom?: string;
  /** Those that began with the state of the run with this id. */
  readonly continues?: string;
  /** Of each session whose name begins so its newest run, the one that a session goes on from; `""`: of every session. */
  readonly newestOf?: string;
  /** Those whose ids begin so: a subject's on a server, say. */
  readonly idPrefix?: string;
  /** `createdAt` at or after / before, ms since the epoch. */
  readonly from?: number;
  readonly to?: number;
  /** At most so many, newest first: by `createdAt`, and of the same ms the one created later first. @default 100 */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface RunPage {
  readonly runs: readonly RunRecord[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** Which runs may go, of those that have ended. */
export interface PruneQuery extends Omit<RunQuery, "status" | "newestOf"> {
  /** @default all three */
  readonly status?: EndStatus | readonly EndStatus[];
  /** Only runs whose `updatedAt` is before, ms since the epoch. */
  readonly endedBefore?: number;
  /** Counts, and removes nothing. */
  readonly dryRun?: boolean;
}

export interface PruneStep {
  /** Runs removed by this step. */
  readonly runs: number;
  /** Entries that their journals had. */
  readonly entries: number;
  /** The cursor to go on with. Absent: no run is left that the query could mean. */
  readonly next?: string;
}

export interface CompactStep {
  /** Entries dropped by this step. */
  readonly entries: number;
  /** Whether entries that could go are left: call again. */
  readonly more: boolean;
}

/** Which runs are asked for, of those that nobody drives and that could go on by themselves. */
export interface DueRunQuery {
  /** Of these flows. @default all */
  readonly flows?: readonly string[];
  /** What is due by then, ms since the epoch, of those that wait for a time. */
  readonly until: number;
  /** At most so many. @default 100 */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface DueRun {
  readonly id: string;
  readonly flow: string;
}

export interface DueRunPage {
  /** In the order in which they were stored, the oldest first. */
  readonly runs: readonly DueRun[];
  /** Absent on the last page. */
  readonly next?: string;
  /** When the first of the runs that are not due yet will be, ms since the epoch. Absent: none waits for a time. */
  readonly nextDue?: number;
}

export interface HistoryQuery {
  /** Only entries with a higher seq. @default 0 */
  readonly after?: number;
  /** @default no limit */
  readonly limit?: number;
  /** The `started` entry may come without its `state`, where a store is quicker then. @default false */
  readonly withoutState?: boolean;
}
