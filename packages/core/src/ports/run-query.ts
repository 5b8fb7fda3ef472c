/**
 * What every adapter does alike with a RunQuery: defaults, and the cursor. A list is ordered by `createdAt`, newest first,
 * then by `order`, a number that the store gave the run when it was created, higher first; the cursor names the last run of a page.
 */
import { FlowError } from "../errors/index.js";
import type { EndStatus, RunStatus } from "./journal.js";
import type { DueRunQuery, PruneQuery, RunQuery } from "./queries.js";

/** A place in the list. */
export interface RunPlace {
  readonly createdAt: number;
  readonly order: number;
}

/** A RunQuery with its defaults. */
export interface ReadRunQuery extends Omit<RunQuery, "status" | "limit" | "cursor"> {
  /** Absent: any. */
  readonly statuses?: readonly RunStatus[];
  readonly limit: number;
  /** Only runs that come after this place. */
  readonly after?: RunPlace;
}

/** @throws {FlowError} PERSISTENCE_QUERY_INVALID – `limit` is not a whole number above 0, or `cursor` is not from a page */
export function readRunQuery(query: RunQuery): ReadRunQuery {
  const { status, limit = 100, cursor, ...filters } = query;
  if (!Number.isInteger(limit) || limit < 1)
    throw invalid(`The limit of a list of runs is ${limit}.`, "Give a whole number above 0.");
  return {
    ...filters,
    limit,
    ...(status !== undefined && { statuses: [...new Set(typeof status === "string" ? [status] : status)] }),
    ...(cursor !== undefined && { after: readCursor(cursor) }),
  };
}

/** A PruneQuery with its defaults. */
export interface ReadPruneQuery extends ReadRunQuery {
  readonly statuses: readonly EndStatus[];
  readonly endedBefore: number;
  readonly dryRun: boolean;
}

const ends: readonly EndStatus[] = ["completed", "failed", "cancelled"];

/** @throws {FlowError} PERSISTENCE_QUERY_INVALID – as `readRunQuery`; or `status` is not one of an end */
export function readPruneQuery(query: PruneQuery): ReadPruneQuery {
  const { status = ends, endedBefore = Number.POSITIVE_INFINITY, dryRun = false, ...filters } = query;
  const read = readRunQuery({ ...filters, status });
  const other = read.statuses?.find((status) => !ends.includes(status as EndStatus));
  if (other !== undefined) {
    throw invalid(
      `Runs that are ${other} can't be pruned.`,
      'Give "completed", "failed" or "cancelled", or several of them.',
    );
  }
  return { ...read, statuses: read.statuses as readonly EndStatus[], endedBefore, dryRun };
}

/** A DueRunQuery with its defaults. */
export interface ReadDueRunQuery extends Omit<DueRunQuery, "limit" | "cursor"> {
  readonly limit: number;
  /** Only runs whose `order` is higher: they were stored later. */
  readonly after: number;
}

/** @throws {FlowError} PERSISTENCE_QUERY_INVALID – `limit` is not a whole number above 0, or `cursor` is not from a page */
export function readDueRunQuery({ limit = 100, cursor = "0", ...asked }: DueRunQuery): ReadDueRunQuery {
  if (!Number.isInteger(limit) || limit < 1)
    throw invalid(`The limit of a list of due runs is ${limit}.`, "Give a whole number above 0.");
  if (!/^\d{1,15}$/.test(cursor))
    throw invalid(`"${cursor}" is not the cursor of a list of due runs.`, "Give `next` of the page before, unchanged.");
  return { ...asked, limit, after: Number(cursor) };
}

/** The cursor that goes on after a place. */
export function runCursor(place: RunPlace): string {
  return `${place.createdAt}.${place.order}`;
}

function readCursor(cursor: string): RunPlace {
  const [, createdAt, order] = /^(\d+)\.(\d+)$/.exec(cursor) ?? [];
  if (createdAt !== undefined && order !== undefined) return { createdAt: Number(createdAt), order: Number(order) };
  throw invalid(`"${cursor}" is not the cursor of a list of runs.`, "Give `next` of the page before, unchanged.");
}

function invalid(message: string, hint: string): FlowError {
  return new FlowError("PERSISTENCE_QUERY_INVALID", message, { hint });
}
