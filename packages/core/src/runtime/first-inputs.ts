import type { FlowPersistence, RunRecord } from "../ports/index.js";
import { inputsNotKept } from "./changed-code.js";
import type { MachineSnapshot } from "./machine-snapshot.js";

/**
 * The inputs of a run that was stored by a flow that did not keep them: they stand in the first entry of its journal.
 * @throws {FlowError} PLAN_CHANGED – that is kept no more
 */
export async function firstInputs(persistence: FlowPersistence, record: RunRecord): Promise<unknown> {
  const inputs = await journaledInputs(persistence, record.id);
  if (inputs === undefined) throw inputsNotKept(record);
  return inputs;
}

/** The same; undefined: the journal does not tell. */
export async function journaledInputs(persistence: FlowPersistence, id: string): Promise<unknown> {
  const [first] = await persistence.history(id, { limit: 1 });
  if (first?.entry.type === "started") return first.entry.inputs;
  return first?.entry.type === "forked" ? (first.entry.data as MachineSnapshot).inputs : undefined;
}
