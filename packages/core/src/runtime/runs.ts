import type { HistoryQuery, JournalRow, RunPage, RunQuery, RunRecord } from "../ports/index.js";
import type { FlowLike, RecoveredRun } from "./run-result.js";

/** The operator's verbs on the stored runs of a flow. */
export interface Runs<F extends FlowLike> {
  get(id: string): Promise<RunRecord | undefined>;
  list(query?: Omit<RunQuery, "flow">): Promise<RunPage>;
  /** @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here */
  history(id: string, query?: HistoryQuery): Promise<readonly JournalRow[]>;
  /**
   * @throws {FlowError} RUN_NOT_FOUND – no run with this id is stored here
   * @throws {FlowError} RUN_ENDED – the run has ended
   */
  cancel(id: string, reason?: string): Promise<void>;
  /** Takes over the runs of this flow whose owner is gone, and drives them until they rest. */
  recover(): Promise<readonly RecoveredRun<F>[]>;
}
