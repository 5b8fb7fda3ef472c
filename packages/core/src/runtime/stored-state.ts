/**
 * The state that journal entries lead to. Only what they say of the state is read, so it can be known whatever plan the run
 * was made with.
 */
import type { CallLeft, StoredRun } from "../ports/index.js";
import { compileStateRules, FlowState } from "../state/index.js";
import { withLeft } from "./leave-behind.js";
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

/** What a run begins with that goes on from this one: its state, and what calls have left that never completed. */
export function stateToGoOnFrom(stored: Pick<StoredRun, "snapshot" | "rows">): object {
  return withLeft(storedState(stored).unsealed as object, leftIn(stored));
}

/** As a machine would say that has taken the entries in. */
function leftIn({ snapshot, rows }: Pick<StoredRun, "snapshot" | "rows">): readonly CallLeft[] {
  let left = (snapshot?.data as MachineSnapshot | undefined)?.left ?? none;
  for (const { entry } of rows) {
    if (entry.type === "left") left = entry.calls;
    else if (entry.type === "resumed") left = none;
    else if ("data" in entry) left = (entry.data as MachineSnapshot).left ?? none;
    else if (entry.type === "completed" && left.length > 0) left = left.filter(([call]) => call !== entry.call);
  }
  return left;
}

const none: readonly never[] = Object.freeze([]);
