import type { FlowPersistence, RunRecord } from "../ports/index.js";
import { inputsNotKept } from "./changed-code.js";

/**
 * The inputs of a run that was stored before its flow kept them: they stand in the first entry of its journal.
 * @throws {FlowError} PLAN_CHANGED – that is kept no more
 */
export async function firstInputs(persistence: FlowPersistence, record: RunRecord): Promise<unknown> {
  const [first] = await persistence.history(record.id, { limit: 1 });
  if (first?.entry.type !== "started") throw inputsNotKept(record);
  return first.entry.inputs;
}
