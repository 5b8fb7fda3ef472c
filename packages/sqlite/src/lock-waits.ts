/** How long one waits on the spot for a file that another process holds locked. */
import type { SqliteDatabase } from "./driver.js";
import { isLocked } from "./sqlite-error.js";

/** What SQLite itself waits for a write, in ms: most others are done by then. The event loop stands still meanwhile. */
export const lockedWaitMs = 10;

/**
 * Reads do not wait for writes; for as long as another process mends the log after a crash they do, on the spot: that takes
 * milliseconds.
 */
export function readWaiting<T>(db: SqliteDatabase, busyTimeoutMs: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isLocked(error) || busyTimeoutMs <= lockedWaitMs) throw error;
    db.pragma(`busy_timeout = ${busyTimeoutMs}`);
    try {
      return read();
    } finally {
      db.pragma(`busy_timeout = ${lockedWaitMs}`);
    }
  }
}

export function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
