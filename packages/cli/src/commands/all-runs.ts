import type { FlowPersistence, RunQuery, RunRecord } from "millrace";

/** All stored runs that fit, page by page, newest first. */
export async function* storedRuns(
  persistence: FlowPersistence,
  query: RunQuery,
): AsyncGenerator<RunRecord, void, undefined> {
  for (let cursor: string | undefined; ; ) {
    const { runs, next } = await persistence.list({ ...query, ...(cursor !== undefined && { cursor }) });
    yield* runs;
    if (next === undefined) return;
    cursor = next;
  }
}
