/** Which of the runs in memory could go on by themselves. */
import type { MemoryRun } from "./memory-run.js";
import type { DueRunPage } from "./queries.js";
import type { ReadDueRunQuery } from "./run-query.js";
import { wakesOf } from "./wakes-of.js";

/** By id, in the order in which they were stored. */
type Runs = ReadonlyMap<string, MemoryRun>;

const already = Number.NEGATIVE_INFINITY;

export function dueRuns(runs: Runs, { flows, until, limit, after }: ReadDueRunQuery): DueRunPage {
  const due: MemoryRun[] = [];
  let nextDue = Number.POSITIVE_INFINITY;
  for (const run of runs.values()) {
    if (run.ended || (flows && !flows.includes(run.created.flow))) continue;
    const at = run.status === "waiting" ? run.dueAt : run.isDriven ? Number.POSITIVE_INFINITY : already;
    if (at > until) nextDue = Math.min(nextDue, at);
    else if (run.order > after && due.length <= limit) due.push(run);
  }
  const page = due.slice(0, limit);
  return {
    runs: page.map(({ created: { id, flow } }) => ({ id, flow })),
    ...(due.length > limit && { next: String(page.at(-1)!.order) }),
    ...(nextDue < Number.POSITIVE_INFINITY && { nextDue }),
  };
}

/** A run has come to wait: when is it due? */
export function noteDue(run: MemoryRun, runs: Runs): void {
  const { at, runs: children } = wakesOf(run.waitingFor);
  const times = children.map((id) => {
    const child = runs.get(id);
    if (child === undefined || child === run) return Number.POSITIVE_INFINITY;
    return child.status === "waiting" ? child.dueAt : already;
  });
  run.dueAt = Math.min(at, ...times);
}

/** Something has come for a run that may wait: it is due, and so are those that wait for it. */
export function nudge(id: string | undefined, runs: Runs): void {
  for (let run = runs.get(id ?? ""); run?.status === "waiting" && run.dueAt !== already; ) {
    run.dueAt = already;
    run = runs.get(run.created.parent ?? "");
  }
}
