import type { FlowEvent, RunRecord } from "millrace";
import type { HostedFlow } from "../host/index.js";

/** How a run has come to rest, as it was told then; undefined: it has not, or its journal no longer tells. */
export async function endEvent({ flow }: HostedFlow, runId: string): Promise<FlowEvent | undefined> {
  const record = await flow.runs.get(runId);
  if (!record || record.status === "running") return undefined;
  const { updatedAt: at, flow: name, waitingFor = [] } = record;
  const about = { runId, flow: name, at, seq: 0 };
  if (record.status === "waiting") return { ...about, type: "run.waiting", waitingFor: waitingFor as never };
  const rows = await flow.runs.history(runId, { after: Math.max(0, record.position - 1) });
  const ended = rows.at(-1)?.entry;
  if (ended?.type !== "ended") return undefined;
  const { output, error } = ended;
  return { ...about, ...endOf(record.status, { output, error }) } as FlowEvent;
}

function endOf(
  status: RunRecord["status"],
  { output, error }: { readonly output?: unknown; readonly error?: unknown },
) {
  if (status === "completed") return { type: "run.completed", output };
  return status === "failed" ? { type: "run.failed", error } : { type: "run.cancelled" };
}
