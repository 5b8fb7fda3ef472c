/**
 * What a stored run waits for, as of now. It was written down when the run came to rest; runs that it has started may have gone on
 * since, in processes that do not know it, and wait for something else, or for nothing any more.
 */
import type { FlowPersistence, RunRecord, WaitingFor } from "../ports/index.js";
import { firstTime } from "./waits-for.js";

/** The very same record where it has started no run that it waits for. */
export async function asOfNow(record: RunRecord, persistence: FlowPersistence): Promise<RunRecord> {
  const waits = record.waitingFor as readonly WaitingFor[] | undefined;
  if (!waits?.some(({ kind }) => kind === "flow")) return record;
  return { ...record, waitingFor: await Promise.all(waits.map((waited) => freshOf(waited, persistence))) };
}

async function freshOf(waited: WaitingFor, persistence: FlowPersistence): Promise<WaitingFor> {
  if (waited.kind !== "flow") return waited;
  const { until: _, ...child } = waited;
  const found = await persistence.get(child.name);
  const waitingFor = found?.status === "waiting" ? waitsIn(await asOfNow(found, persistence)) : [];
  const until = firstTime(waitingFor);
  return { ...child, waitingFor, ...(until < Number.POSITIVE_INFINITY && { until }) };
}

const waitsIn = ({ waitingFor = [] }: RunRecord) => waitingFor as readonly WaitingFor[];
