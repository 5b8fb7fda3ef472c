import { encodeData, type NewRun } from "millrace";
import { dueAt } from "./due-times.js";
import type { Statements } from "./statements.js";

/** What a plain new run is inserted with: the values of `insertRun`. */
export type RunValues = readonly unknown[];

/**
 * Inserts a run that comes from another one (a fork, or one on its state), or is stored at rest: then its claim is given up
 * already, with the epoch after the one that is answered. Answers what the insert did, and the epoch that the run has now.
 */
export function insertLinked(sql: Statements, { id, forkedFrom, continues, rest }: NewRun, values: RunValues) {
  const [owner, expiresAt] = rest ? [null, null] : values.slice(-2);
  const waitingFor = rest?.waitingFor === undefined ? null : encodeData(rest.waitingFor);
  const epoch = rest ? 2 : 1;
  const done = sql.insertLinked.run(
    ...values.slice(0, -2),
    owner,
    expiresAt,
    forkedFrom?.run ?? null,
    forkedFrom?.position ?? null,
    continues?.run ?? null,
    continues?.position ?? null,
    rest?.status ?? "running",
    waitingFor,
    dueAt(sql, rest, id),
    epoch,
  );
  return { done, epoch };
}
