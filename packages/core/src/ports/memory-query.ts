/** Which of the runs in memory a query means. */
import type { MemoryRun } from "./memory-run.js";
import { type ReadRunQuery, runCursor } from "./run-query.js";

/** All runs that fit the filters and come after the cursor, in the order of a list. */
export function findRuns(
  { runs, isHead }: { readonly runs: Iterable<MemoryRun>; readonly isHead: (run: MemoryRun) => boolean },
  query: Omit<ReadRunQuery, "limit">,
): MemoryRun[] {
  const { flow, session, parent, forkedFrom, continues, newestOf, idPrefix = "", statuses, from, to, after } = query;
  const found = [...runs].filter((run) => {
    const { created, status, order } = run;
    return (
      (newestOf === undefined || (created.session?.startsWith(newestOf) === true && isHead(run))) &&
      created.id.startsWith(idPrefix) &&
      (flow === undefined || created.flow === flow) &&
      (session === undefined || created.session === session) &&
      (parent === undefined || created.parent === parent) &&
      (forkedFrom === undefined || created.forkedFrom?.run === forkedFrom) &&
      (continues === undefined || created.continues?.run === continues) &&
      (statuses === undefined || statuses.includes(status)) &&
      (from === undefined || created.createdAt >= from) &&
      (to === undefined || created.createdAt < to) &&
      (after === undefined ||
        created.createdAt < after.createdAt ||
        (created.createdAt === after.createdAt && order < after.order))
    );
  });
  return found.sort((a, b) => b.created.createdAt - a.created.createdAt || b.order - a.order);
}

/** The first `limit` of the runs that a query means, and where the next ones begin. */
export function pageOf(found: readonly MemoryRun[], limit: number): { page: readonly MemoryRun[]; next?: string } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  if (last === undefined || found.length <= limit) return { page };
  return { page, next: runCursor({ createdAt: last.created.createdAt, order: last.order }) };
}
