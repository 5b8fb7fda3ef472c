/**
 * The SQL of a list of runs, which reads about as many rows as its page has, however many runs are stored. Every index but that
 * of the times ends with flow, status and time: for one flow and one status the runs lie there in the order of the list, and
 * pages of several are merged. The index is named, not left to the planner, which knows nothing of how runs are spread.
 */
import type { ReadRunQuery, RunStatus } from "millrace";
import { newestEntry, recordColumns } from "./statements.js";

export interface ListSql {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A condition and the values of its question marks. */
export type Term = readonly [condition: string, ...values: unknown[]];

/** Where the runs of a query lie together: an index, and what picks them in it. */
interface Scope {
  readonly index: string;
  readonly terms: readonly Term[];
}

const everyStatus: readonly RunStatus[] = ["running", "waiting", "completed", "failed", "cancelled"];
const newestFirst = "ORDER BY created_at DESC, key DESC";

/** Asks for one row more than the limit: whether it comes says whether another page follows. */
export function listSql(query: ReadRunQuery): ListSql {
  const { sql, values } = pageSql({ ...query, limit: query.limit + 1 });
  return {
    // The page is found first, so that the newest entry is looked up for its runs only.
    sql: `SELECT ${recordColumns} FROM (${sql}) AS page CROSS JOIN run ON run.key = page.key ${newestEntry}
      ORDER BY page.created_at DESC, page.key DESC`,
    values,
  };
}

/** The page as `key, created_at`. */
function pageSql(query: ReadRunQuery): ListSql {
  const scope = scopeOf(query);
  if (query.newestOf !== undefined) return limited(newestOf(query, query.newestOf), query.limit);
  if (scope.index === "run_by_time") return limited(select(scope, timesOf(query)), query.limit);
  return query.flow === undefined ? everyFlow(query, scope) : oneFlow(query, scope);
}

/** The newest runs of sessions lie side by side by the names of these: as many are read as fit, and those of the page are picked. */
function newestOf(query: ReadRunQuery, prefix: string): ListSql {
  const { flow, statuses } = query;
  const terms: Term[] = [["latest = 1"], ...scopeOf(query).terms, ...timesOf(query)];
  if (flow !== undefined) terms.push(["flow = ?", flow]);
  if (statuses) terms.push([`status IN (${statuses.map(() => "?").join(", ")})`, ...statuses]);
  if (prefix !== "") terms.push(["session >= ?", prefix], ["session < ?", `${prefix}\u{10ffff}`]);
  return select({ index: "run_latest", terms }, []);
}

/** Each status is in order: SQLite merges them, and reads no more of them than the page takes. */
function oneFlow(query: ReadRunQuery, scope: Scope): ListSql {
  const pages = statusesOf(query).map((status) =>
    select(scope, [["flow = ?", query.flow], ["status = ?", status], ...timesOf(query)]),
  );
  const merged = {
    sql: pages.map(({ sql }) => sql).join(" UNION ALL "),
    values: pages.flatMap(({ values }) => values),
  };
  return limited(merged, query.limit);
}

/** A page of each status of each flow, and the newest of them all; the flows are found by leaps through the index. */
function everyFlow(query: ReadRunQuery, scope: Scope): ListSql {
  const statuses = statusesOf(query);
  const first = select(scope, [], "min(flow)");
  const next = select(scope, [["flow > flows.name"]], "min(flow)");
  const terms: Term[] = [["flow = flows.name"], ["status = statuses.name"], ...timesOf(query)];
  const page = limited(select(scope, terms, "key"), query.limit);
  return {
    sql: `WITH RECURSIVE
        flows (name) AS (${first.sql} UNION ALL SELECT (${next.sql}) FROM flows WHERE name IS NOT NULL),
        statuses (name) AS (VALUES ${statuses.map(() => "(?)").join(", ")})
      SELECT key, created_at FROM flows CROSS JOIN statuses CROSS JOIN run ON key IN (${page.sql}) ${newestFirst} LIMIT ?`,
    values: [...first.values, ...next.values, ...statuses, ...page.values, query.limit],
  };
}

/** Few runs are forks of a given one, or begin with its state; of a parent, a session or an owner there may be many. */
function scopeOf(query: ReadRunQuery): Scope {
  const { flow, session, parent, forkedFrom, continues, idPrefix = "", statuses } = query;
  const terms: Term[] = [];
  if (idPrefix !== "") terms.push(...idTerms(idPrefix));
  if (forkedFrom !== undefined) terms.push(["forked_from = ?", forkedFrom]);
  if (continues !== undefined) terms.push(["continues = ?", continues]);
  if (parent !== undefined) terms.push(["parent = ?", parent]);
  if (session !== undefined) terms.push(["session = ?", session]);
  if (forkedFrom !== undefined) return { index: "run_by_fork", terms };
  if (continues !== undefined) return { index: "run_by_continued", terms };
  if (parent !== undefined && session !== undefined) return { index: "run_by_both", terms };
  if (parent !== undefined) return { index: "run_by_parent", terms };
  if (session !== undefined) return { index: "run_by_session", terms };
  if (isOwner(idPrefix)) return { index: "run_by_owner", terms };
  return { index: flow === undefined && statuses === undefined ? "run_by_time" : "run_by_flow", terms };
}

/** Whether ids that begin so lie together in `run_by_owner`. */
export function isOwner(prefix: string): boolean {
  return /^[\x20-\x7e]{22}\.$/.test(prefix);
}

/** Of an owner in the words of the index, else it is not used. */
export function idTerms(prefix: string, column = "id"): readonly Term[] {
  if (isOwner(prefix)) return [[`substr(${column}, 23, 1) = '.'`], [`substr(${column}, 1, 23) = ?`, prefix]];
  return [[`substr(${column}, 1, ?) = ?`, [...prefix].length, prefix]];
}

function timesOf({ from, to, after }: ReadRunQuery): readonly Term[] {
  const terms: Term[] = [];
  if (from !== undefined) terms.push(["created_at >= ?", from]);
  if (to !== undefined) terms.push(["created_at < ?", to]);
  if (after !== undefined) terms.push(["(created_at, key) < (?, ?)", after.createdAt, after.order]);
  return terms;
}

function statusesOf({ statuses }: ReadRunQuery): readonly RunStatus[] {
  return statuses ?? everyStatus;
}

function select(scope: Scope, more: readonly Term[], columns = "key, created_at"): ListSql {
  const terms = [...scope.terms, ...more];
  const where = terms.length === 0 ? "" : ` WHERE ${terms.map(([condition]) => condition).join(" AND ")}`;
  return {
    sql: `SELECT ${columns} FROM run INDEXED BY ${scope.index}${where}`,
    values: terms.flatMap(([, ...values]) => values),
  };
}

function limited({ sql, values }: ListSql, limit: number): ListSql {
  return { sql: `${sql} ${newestFirst} LIMIT ?`, values: [...values, limit] };
}
