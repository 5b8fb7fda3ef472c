/**
 * The state that journal entries lead to. Only what they say of the state is read, so it can be known whatever plan the run
 * was made with.
 */
import type { StoredRun } from "../ports/index.js";
import { compileStateRules, FlowState } from "../state/index.js";
import type { MachineSnapshot } from "./machine-snapshot.js";

const noRules = compileStateRules();

export function storedState({ snapshot, rows }: Pick<StoredRun, "snapshot" | "rows">): FlowState {
  let state = new FlowState((snapshot?.data as MachineSnapshot | undefined)?.state, noRules);
  for (const { entry } of rows) {
    if (entry.type === "started") state = new FlowState(entry.state, noRules);
    else if ("data" in entry) state = new FlowState((entry.data as MachineSnapshot).state, noRules);
    else if (entry.type === "completed" && entry.patches) state.apply(entry.patches);
  }
  return state;
}
