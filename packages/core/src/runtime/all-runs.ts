import type { FlowPersistence, RunQuery, RunRecord } from "../ports/index.js";

/** The runs that a query means, newest first; each page is read when the one before it has been gone through. */
export async function* allRuns(
  persistence: FlowPersistence,
  query: Omit<RunQuery, "cursor">,
): AsyncGenerator<RunRecord, void> {
  let cursor: string | undefined;
  do {
    const page = await persistence.list({ ...query, ...(cursor !== undefined && { cursor }) });
    yield* page.runs;
    cursor = page.next;
  } while (cursor !== undefined);
}
