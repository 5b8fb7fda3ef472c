import type { ErrorData } from "../errors/index.js";
import type { JournalEntry, ParentCall } from "../ports/index.js";
import type { SchedulerSnapshot } from "../scheduler/index.js";
import type { OpenCallsData } from "./open-calls.js";

/** A RunMachine as plain data: with it, opening a run costs the entries since, however long the run has been. */
export interface MachineSnapshot extends OpenCallsData {
  readonly seq: number;
  readonly inboxRead: number;
  readonly failure?: ErrorData;
  readonly cancelled?: { readonly reason?: string };
  /** Of a run that had ended when its code was changed. */
  readonly ended?: Extract<JournalEntry, { type: "ended" }>;
  /** Of a run that another one has started. */
  readonly path?: readonly ParentCall[];
  /** Of a flow whose steps read them. */
  readonly inputs?: unknown;
  readonly state: unknown;
  readonly scheduler: SchedulerSnapshot;
  /** Without a second element: the output is undefined. */
  readonly outputs: readonly (readonly [step: number, output?: unknown])[];
}
