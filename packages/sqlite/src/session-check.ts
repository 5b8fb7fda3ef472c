/** Inside a write's transaction: whether a run may begin, or go on, in its session. */
import { type NewRun, type RunStatus, sessionBusy } from "millrace";
import type { Statements } from "./statements.js";

interface FoundRun {
  readonly id: string;
  readonly status: RunStatus;
}

/** The run that a session goes on from. */
export interface NewestRun extends FoundRun {
  readonly key: number;
  readonly created_at: number;
}

/**
 * No run of the session may run or wait.
 * @throws {FlowError} SESSION_BUSY
 */
export function checkIdle(
  sql: Statements,
  { flow, session }: { readonly flow: string; readonly session: string },
): void {
  const active = sql.activeOfSession.get(session, flow, session, flow) as FoundRun | undefined;
  if (active !== undefined) throw sessionBusy(session, active);
}

/**
 * And its newest run must stand where the maker of the new one saw it; answers that.
 * @throws {FlowError} SESSION_BUSY
 */
export function checkPrevious(
  sql: Statements,
  { flow, session, previous }: NewRun & { readonly session: string },
): NewestRun | undefined {
  checkIdle(sql, { flow, session });
  const newest = sql.newestOfSession.get(...Array(3).fill([session, flow]).flat()) as NewestRun | undefined;
  const position = newest && ((sql.position.get(newest.key, newest.key) as number | null) ?? 0);
  if (newest?.id === previous?.run && position === previous?.position) return newest;
  throw sessionBusy(session, newest ?? { id: previous!.run, status: "completed" });
}
