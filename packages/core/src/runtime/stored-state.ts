/**
 * The state that journal entries lead to. Only what they say of the state is read, so it can be known whatever plan the run
 * was made with.
 */
import type { JournalEntry, StoredRun } from "../ports/index.js";
import { compileStateRules, FlowState } from "../state/index.js";
import type { MachineSnapshot } from "./machine-snapshot.js";

const noRules = compileStateRules();

export class StoredState {
  #state: FlowState;

  /** @param root Where the entries begin; undefined: with the run's first one. */
  constructor(root?: unknown) {
    this.#state = new FlowState(root, noRules);
  }

  /** The state that a run stands at, for another run to go on from. */
  static of({ snapshot, rows }: Pick<StoredRun, "snapshot" | "rows">): unknown {
    const stored = new StoredState((snapshot?.data as MachineSnapshot | undefined)?.state);
    for (const { entry } of rows) stored.take(entry);
    return stored.#state.unsealed;
  }

  /** Deeply frozen. */
  get root(): unknown {
    return this.#state.root;
  }

  take(entry: JournalEntry): void {
    if (entry.type === "started") this.#state = new FlowState(entry.state, noRules);
    else if (entry.type === "migrated") this.#state = new FlowState((entry.data as MachineSnapshot).state, noRules);
    else if (entry.type === "completed" && entry.patches) this.#state.apply(entry.patches);
  }
}
