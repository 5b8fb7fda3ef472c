import type { FlowPersistence, RunRecord } from "../ports/index.js";
import { inputsNotKept } from "./changed-code.js";
import type { MachineSnapshot } from "./machine-snapshot.js";
import { positionGone } from "./moments.js";

/**
 * The inputs of a run that was stored by a flow that did not keep them: they stand in the first entry of its journal.
 * @throws {FlowError} PLAN_CHANGED – that is kept no more
 */
export async function firstInputs(persistence: FlowPersistence, record: RunRecord): Promise<unknown> {
  const inputs = await journaledInputs(persistence, record.id);
  if (inputs === undefined) throw inputsNotKept(record);
  return inputs;
}

/**
 * What a run was started with.
 * @throws {FlowError} RUN_POSITION_GONE – what is kept of it does not tell
 */
export async function runInputs(persistence: FlowPersistence, record: RunRecord): Promise<unknown> {
  const { id } = record;
  const [first] = await persistence.history(id, { limit: 1, withoutState: true });
  if (first?.entry.type === "started") return first.entry.inputs;
  const inputs = await journaledInputs(persistence, id);
  if (inputs !== undefined) return inputs;
  const snapshot = (await persistence.load(id))?.snapshot?.data as MachineSnapshot | undefined;
  if (snapshot?.inputs !== undefined) return snapshot.inputs;
  throw positionGone(record, first?.seq ?? record.position);
}

/** What stands in the first entry that is kept; undefined: it does not tell. */
export async function journaledInputs(persistence: FlowPersistence, id: string): Promise<unknown> {
  const [first] = await persistence.history(id, { limit: 1, withoutState: true });
  if (first?.entry.type === "started") return first.entry.inputs;
  return first?.entry.type === "forked" ? (first.entry.data as MachineSnapshot).inputs : undefined;
}
