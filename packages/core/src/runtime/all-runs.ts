import type { FlowPersistence, RunQuery, RunRecord } from "../ports/index.js";
import { pagesOf } from "./pages.js";

/** The runs that a query means, newest first. */
export async function* allRuns(
  persistence: FlowPersistence,
  query: Omit<RunQuery, "cursor">,
): AsyncGenerator<RunRecord, void> {
  for await (const { runs } of pagesOf((at) => persistence.list({ ...query, ...at }))) yield* runs;
}
