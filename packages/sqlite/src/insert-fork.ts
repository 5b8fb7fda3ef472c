import { encodeData, type NewRun } from "millrace";
import type { Statements } from "./statements.js";

/** What a plain new run is inserted with: the values of `insertRun`. */
export type RunValues = readonly unknown[];

/**
 * Inserts a run that was forked from another one, or is stored at rest: its claim is given up already, with the epoch after
 * the one that is answered. Answers what the insert did, and the epoch that the run has now.
 */
export function insertFork(sql: Statements, { forkedFrom, rest }: NewRun, values: RunValues) {
  const [owner, expiresAt] = rest ? [null, null] : values.slice(-2);
  const waitingFor = rest?.waitingFor === undefined ? null : encodeData(rest.waitingFor);
  const epoch = rest ? 2 : 1;
  const done = sql.insertFork.run(
    ...values.slice(0, -2),
    owner,
    expiresAt,
    forkedFrom?.run ?? null,
    forkedFrom?.position ?? null,
    rest?.status ?? "running",
    waitingFor,
    epoch,
  );
  return { done, epoch };
}
