/**
 * The SQL of a list of runs. The index is named, not left to the planner, which knows nothing of how runs are spread: few have a
 * given session or parent, few are anything but completed.
 */
import type { ReadRunQuery } from "millrace";
import { newestEntry, recordColumns } from "./statements.js";

export interface ListSql {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Asks for one row more than the limit: whether it comes says whether another page follows. */
export function listSql(query: ReadRunQuery): ListSql {
  const { flow, session, parent, statuses, from, to, after, limit } = query;
  const terms: (readonly [condition: string, ...values: unknown[]])[] = [];
  if (flow !== undefined) terms.push(["flow = ?", flow]);
  if (session !== undefined) terms.push(["session = ?", session]);
  if (parent !== undefined) terms.push(["parent = ?", parent]);
  if (statuses !== undefined) terms.push([`status IN (${statuses.map(() => "?").join(", ")})`, ...statuses]);
  if (from !== undefined) terms.push(["created_at >= ?", from]);
  if (to !== undefined) terms.push(["created_at < ?", to]);
  if (after !== undefined) terms.push(["(created_at, key) < (?, ?)", after.createdAt, after.order]);
  const where = terms.length === 0 ? "" : `WHERE ${terms.map(([condition]) => condition).join(" AND ")}`;
  return {
    // The page is found first, so that the newest entry is looked up for its runs only.
    sql: `SELECT ${recordColumns} FROM
      (SELECT * FROM run INDEXED BY ${indexFor(query)} ${where} ORDER BY created_at DESC, key DESC LIMIT ?) AS run
      ${newestEntry} ORDER BY run.created_at DESC, run.key DESC`,
    values: [...terms.flatMap(([, ...values]) => values), limit + 1],
  };
}

function indexFor({ flow, session, parent, statuses }: ReadRunQuery): string {
  if (session !== undefined) return "run_by_session";
  if (parent !== undefined) return "run_by_parent";
  if (statuses !== undefined && !statuses.includes("completed")) return "run_by_status";
  return flow === undefined ? "run_by_time" : "run_by_flow";
}
