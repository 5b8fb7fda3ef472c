/** A turn as its store has it at one moment. Pages of long chats read hundreds: each is read once. */
import type { FlowEvent, FlowPersistence, RunRecord } from "millrace";
import type { HostedFlow } from "../host/index.js";
import { endEvent } from "./end-event.js";

/** What is kept beside a run, and where. */
export interface Kept {
  readonly position: number;
  readonly value: unknown;
}

export interface StoredTurn {
  readonly runId: string;
  /** What the run was started with. */
  readonly inputs: unknown;
  /** In order. */
  readonly kept: readonly Kept[];
  /** How it has come to rest; undefined: it has not, or its journal no longer tells. */
  readonly end: FlowEvent | undefined;
}

/**
 * @param record As the store has it.
 * @throws {FlowError} RUN_NOT_FOUND – it is there no more
 */
export async function storedTurn(
  { flow }: HostedFlow,
  record: RunRecord,
  persistence: FlowPersistence,
): Promise<StoredTurn> {
  const { id: runId, position } = record;
  const journal = await persistence.history(runId, { withoutState: true });
  // what it has done since is not what the record tells of
  const rows = journal.filter(({ seq }) => seq <= position);
  const first = rows[0]?.entry;
  return {
    runId,
    inputs: first?.type === "started" ? first.inputs : await flow.runs.inputs(runId),
    kept: rows.flatMap(({ seq, entry }) => (entry.type === "annotated" ? [{ position: seq, value: entry.value }] : [])),
    end: endEvent(record, rows.at(-1)?.entry),
  };
}
