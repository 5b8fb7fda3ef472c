/**
 * Wakes those who wait for messages. A post of this instance wakes them at once. Posts of other processes (and instances) are
 * found by asking SQLite now and then whether anybody else wrote, which costs a few microseconds; the timer runs only while
 * somebody watches, and does not keep the process alive.
 */
import type { Statements } from "./statements.js";

const pollMs = 40;

export class InboxWatch {
  readonly #sql: Statements;
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #polls: boolean;
  #timer: NodeJS.Timeout | undefined;
  #dataVersion = 0;
  #lastMessage = 0;

  /** `polls`: whether others can write to the database at all. */
  constructor(sql: Statements, polls: boolean) {
    this.#sql = sql;
    this.#polls = polls;
  }

  watch(runId: string, wake: () => void): () => void {
    this.#startPolling();
    const watchers = this.#watchers.get(runId) ?? new Set();
    this.#watchers.set(runId, watchers);
    // A closure of its own, since the same function may watch twice; and silent once it has ended.
    const watcher = () => watchers.has(watcher) && wake();
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(runId) === watchers) this.#watchers.delete(runId);
      if (this.#watchers.size === 0) this.#stopPolling();
    };
  }

  /** Wakes the watchers of a run, after the caller is done. */
  wake(runId: string): void {
    for (const watcher of this.#watchers.get(runId) ?? []) queueMicrotask(watcher);
  }

  close(): void {
    for (const watchers of this.#watchers.values()) watchers.clear();
    this.#watchers.clear();
    this.#stopPolling();
  }

  #startPolling(): void {
    if (!this.#polls || this.#timer !== undefined) return;
    this.#dataVersion = this.#sql.dataVersion.get() as number;
    this.#lastMessage = this.#sql.lastMessage.get() as number;
    this.#timer = setInterval(() => this.#poll(), pollMs).unref();
  }

  #stopPolling(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #poll(): void {
    try {
      const dataVersion = this.#sql.dataVersion.get() as number;
      if (dataVersion === this.#dataVersion) return;
      const found = this.#sql.messagesSince.all(this.#lastMessage) as { message: number; run: string }[];
      this.#dataVersion = dataVersion;
      for (const { message, run } of found) {
        this.#lastMessage = Math.max(this.#lastMessage, message);
        this.wake(run);
      }
    } catch {
      // The database is busy or failing: the next poll sees the same change, and whoever reads or writes gets the error.
    }
  }
}
