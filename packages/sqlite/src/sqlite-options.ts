import type { Duration, EndStatus } from "millrace";
import type { SqliteDriver } from "./driver.js";

export interface SqlitePersistenceOptions {
  /**
   * What a stored step survives: the end of the process, however sudden, or a power cut too. `"power"` waits for the disk
   * at every commit, which makes a run that is alone about eight times slower; many runs at once share the wait.
   * @default "process"
   */
  readonly durability?: "process" | "power";
  /**
   * How long a claim on a run lives without a heartbeat, in ms. The run of a process that died on this host is free at once;
   * that of another host's after this time.
   * @default 10_000
   */
  readonly claimMs?: number;
  /**
   * How long a write waits for another process's, in ms. The event loop goes on meanwhile; only opening the file, and `close`,
   * wait on the spot.
   * @default 5_000
   */
  readonly busyTimeoutMs?: number;
  /**
   * Journal entries kept per run once a snapshot covers the older ones; for runs that live long. Entries that a snapshot does
   * not cover are always kept. At least 1.
   * @default all
   */
  readonly keepEntries?: number;
  /**
   * How long runs of all flows are kept after they have ended: one duration for all, or one for each status, where those without
   * one stay. What is older is removed as by `flow.runs.prune`: a second after the file was opened, then once an hour.
   * @default forever
   */
  readonly retention?: Duration | { readonly [S in EndStatus]?: Duration };
  /** A constructor that is compatible with better-sqlite3's, in place of the one that this package brings. */
  readonly driver?: SqliteDriver;
}
