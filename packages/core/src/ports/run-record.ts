import type { RunPosition, RunStatus } from "./journal.js";

/** One line about a run, without its journal. */
export interface RunRecord {
  readonly id: string;
  readonly flow: string;
  readonly version: string | null;
  readonly planHash: string;
  readonly status: RunStatus;
  /** ms since the epoch */
  readonly createdAt: number;
  /** `at` of the newest entry, ms since the epoch; `createdAt` as long as there is none. */
  readonly updatedAt: number;
  readonly session?: string;
  readonly parent?: string;
  /** Where the run that it was forked from stood. */
  readonly forkedFrom?: RunPosition;
  /** Where the run stood whose state it began with. */
  readonly continues?: RunPosition;
  /** What a waiting run waits for, as given to `rest`; gone when the run is claimed. */
  readonly waitingFor?: readonly unknown[];
  /** Seq of the newest entry. */
  readonly position: number;
  /** Position of the newest inbox message that was applied; 0: none. */
  readonly inboxRead: number;
  /** Whether a claim on it stands, has not expired, and its owner is, as far as this adapter can see, alive. */
  readonly owned: boolean;
}
