/**
 * Inside a write's transaction: when a run that comes to wait is due, and which runs are due because of what happens to another one.
 * What always holds: a run that waits for one that it has started is due no later than that one, and is due where that one does not wait.
 */
import { type Rest, type RunStatus, wakesOf } from "millrace";
import type { Statements } from "./statements.js";

/** Whatever the clock says: before any time that is waited for. */
const already = -1;

/** As stored; null: it does not go on by itself. That it waits for itself moves nothing. */
export function dueAt(sql: Statements, rest: Rest | undefined, self: string): number | null {
  if (rest?.status !== "waiting") return null;
  const { at, runs } = wakesOf(rest.waitingFor);
  let first = at;
  for (const id of runs) {
    const found =
      id === self ? undefined : (sql.due.get(id) as { status: RunStatus; due_at: number | null } | undefined);
    if (found === undefined) continue;
    first = Math.min(first, found.status === "waiting" ? (found.due_at ?? Number.POSITIVE_INFINITY) : already);
  }
  if (first === Number.POSITIVE_INFINITY) return null;
  return first === already ? already : Math.max(0, Math.ceil(first));
}

/** Something has come for a run that may wait: it is due, and so are those that wait for it. */
export function nudge(sql: Statements, id: string | null): void {
  for (let next: string | null = id; next !== null; ) {
    const found = sql.nudge.get(next) as { parent: string | null } | undefined;
    next = found?.parent ?? null;
  }
}
