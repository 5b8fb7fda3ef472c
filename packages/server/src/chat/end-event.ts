import type { FlowEvent, JournalEntry, RunRecord } from "millrace";

/** How a run has come to rest, as it was told then, by its newest entry; undefined: it has not, or its journal no longer tells. */
export function endEvent(record: RunRecord, newest: JournalEntry | undefined): FlowEvent | undefined {
  if (record.status === "running") return undefined;
  const { id: runId, updatedAt: at, flow, waitingFor = [] } = record;
  const about = { runId, flow, at, seq: 0 };
  if (record.status === "waiting") return { ...about, type: "run.waiting", waitingFor: waitingFor as never };
  if (newest?.type !== "ended") return undefined;
  const { output, error } = newest;
  return { ...about, ...endOf(record.status, { output, error }) } as FlowEvent;
}

function endOf(
  status: RunRecord["status"],
  { output, error }: { readonly output?: unknown; readonly error?: unknown },
) {
  if (status === "completed") return { type: "run.completed", output };
  return status === "failed" ? { type: "run.failed", error } : { type: "run.cancelled" };
}
