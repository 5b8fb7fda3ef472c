/**
 * Writes, alone or in groups. A write that comes alone is executed at once and answered synchronously. Where several runs are
 * driven at a time, writes wait for the end of the event loop's turn and share one transaction; then what one of them is
 * refused for, or fails of, harms none of the others. Writes are executed in the order in which they were submitted.
 *
 * While another process holds the file locked, all of them wait in that order and are tried again by a timer: the event loop
 * goes on meanwhile. A write that has waited for `busyTimeoutMs` fails.
 */
import { type ErrorCode, FlowError, type MaybePromise } from "millrace";
import type { SqliteDatabase } from "./driver.js";
import { lockedWaitMs, sleepSync } from "./lock-waits.js";
import { isLocked } from "./sqlite-error.js";
import type { Statements } from "./statements.js";

export interface Write<T> {
  /**
   * Called in a transaction, unless `atomic`. A FlowError that it throws is a refusal: it has written nothing then.
   * `verify`: an earlier write of the same run may have failed, so that this one may not follow on what is stored.
   */
  execute(verify: boolean): T;
  /** It is one statement and needs no transaction of its own. */
  readonly atomic?: boolean;
}

/** A write that waits for its group, and then what came of it. */
class Waiting<T> {
  readonly write: Write<T>;
  /** How long it may find the file locked, by `performance.now()`. */
  readonly until: number;
  readonly done: Promise<T>;
  verify = false;
  #answer: T | undefined;
  #error: unknown;
  #failed = false;
  #resolve!: (answer: T) => void;
  #reject!: (error: unknown) => void;

  constructor(write: Write<T>, until: number) {
    this.write = write;
    this.until = until;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Executes it by `execute`; a refusal is kept, anything else is thrown. */
  attempt(execute: (write: Write<T>, verify: boolean) => T, verify: boolean): void {
    this.#failed = false;
    try {
      this.#answer = execute(this.write, verify);
    } catch (error) {
      if (!FlowError.is(error)) throw error;
      this.fail(error);
    }
  }

  fail(error: FlowError): void {
    this.#failed = true;
    this.#error = error;
  }

  settle(): void {
    if (this.#failed) this.#reject(this.#error);
    else this.#resolve(this.#answer as T);
  }
}

/** So many writes share a transaction at most: the event loop is held up for some milliseconds. */
const groupSize = 1000;

/** Between two tries while the file is locked, in ms: twice as long each time, up to the most. */
const firstPauseMs = 5;
const mostPauseMs = 50;

/** The store answers reads, but whoever starts something now is likely to be refused for the same. */
const troubles: readonly ErrorCode[] = ["PERSISTENCE_LOCKED", "PERSISTENCE_FULL", "PERSISTENCE_CANT_OPEN"];
/** So often is tried, at most, whether it is over. */
const probeEveryMs = 1000;

/** Writes that found the file locked, with those behind them: to be tried again. */
interface Locked {
  readonly left: readonly Waiting<unknown>[];
  readonly error: unknown;
}

interface QueueOptions {
  /** What the driver throws, as an error of the file. */
  readonly failure: (error: unknown) => FlowError;
  readonly busyTimeoutMs: number;
}

export class WriteQueue {
  readonly #db: SqliteDatabase;
  readonly #sql: Statements;
  readonly #options: QueueOptions;
  #waiting: Waiting<unknown>[] = [];
  /** Runs while the file is locked: what waits is tried again then. */
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pauseMs = firstPauseMs;
  #trouble: FlowError | undefined;
  #probedAt = Number.NEGATIVE_INFINITY;

  readonly #probe: Write<unknown> = {
    execute: () => this.#db.pragma(`user_version = ${this.#db.pragma("user_version", { simple: true })}`),
  };

  constructor(db: SqliteDatabase, sql: Statements, options: QueueOptions) {
    this.#db = db;
    this.#sql = sql;
    this.#options = options;
  }

  /** Executes a write now (`alone`, and nothing waits before it) or with the next group. */
  submit<T>(write: Write<T>, alone: boolean): MaybePromise<T> {
    const isFirst = this.#waiting.length === 0;
    if (!alone || !isFirst) return this.#wait(write, isFirst);
    try {
      return this.#execute(write, false);
    } catch (error) {
      if (!isLocked(error) || this.#options.busyTimeoutMs <= lockedWaitMs) throw this.#failed(error);
      const done = this.#wait(write, false);
      this.#tryLater();
      return done;
    }
  }

  /** Executes all that waits, and holds the event loop up for it where the file is locked. */
  flush(): void {
    while (this.#waiting.length > 0) {
      this.#flushGroup();
      if (this.#retry !== undefined) sleepSync(firstPauseMs);
    }
    clearTimeout(this.#retry);
  }

  /**
   * Throws what the last write has failed of, as long as that is a trouble which all others would meet too: it is tried now and
   * then whether it is over, by a write that changes nothing.
   */
  check(): void {
    if (this.#trouble === undefined) return;
    const now = performance.now();
    if (this.#waiting.length > 0 || now < this.#probedAt + probeEveryMs) throw this.#trouble;
    this.#probedAt = now;
    try {
      this.#execute(this.#probe, false);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #wait<T>(write: Write<T>, isFirst: boolean): Promise<T> {
    const waiting = new Waiting(write, performance.now() + this.#options.busyTimeoutMs);
    this.#waiting.push(waiting as Waiting<unknown>);
    if (isFirst) setImmediate(() => this.#flushGroup());
    return waiting.done;
  }

  #tryLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#flushGroup(), this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, mostPauseMs);
  }

  #flushGroup(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const group = this.#waiting.splice(0, groupSize);
    if (group.length === 0) return;
    const locked = group.length === 1 ? this.#oneByOne(group, false) : this.#together(group);
    const done = group.slice(0, group.length - (locked?.left.length ?? 0));
    if (locked !== undefined) {
      this.#waiting = [...locked.left, ...this.#waiting];
      done.push(...this.#givenUp(locked.error));
    }
    if (this.#waiting.length > 0) {
      if (locked !== undefined) this.#tryLater();
      else setImmediate(() => this.#flushGroup());
    }
    for (const waiting of done) waiting.settle();
  }

  #together(group: readonly Waiting<unknown>[]): Locked | undefined {
    try {
      this.#sql.beginWrite.run();
      for (const waiting of group) waiting.attempt(executed, waiting.verify);
      this.#sql.commit.run();
      this.#succeeded();
      return undefined;
    } catch (error) {
      this.#rollback();
      if (isLocked(error)) return { left: group, error };
      this.#doubt(this.#waiting);
      return this.#oneByOne(group, true);
    }
  }

  #oneByOne(group: readonly Waiting<unknown>[], verify: boolean): Locked | undefined {
    if (verify) this.#doubt(group);
    for (const [i, waiting] of group.entries()) {
      try {
        waiting.attempt((write, own) => this.#execute(write, own), waiting.verify);
      } catch (error) {
        if (isLocked(error)) return { left: group.slice(i), error };
        waiting.fail(this.#failed(error));
      }
    }
    return undefined;
  }

  /** What has waited for too long fails; they stand first, since all wait equally long. */
  #givenUp(lock: unknown): readonly Waiting<unknown>[] {
    const now = performance.now();
    const inTime = this.#waiting.findIndex(({ until }) => until > now);
    const late = this.#waiting.splice(0, inTime < 0 ? this.#waiting.length : inTime);
    if (late.length === 0) return late;
    const failure = this.#failed(lock);
    for (const waiting of late) waiting.fail(failure);
    this.#doubt(this.#waiting);
    return late;
  }

  /** They were submitted in the belief that others would be stored. */
  #doubt(writes: readonly Waiting<unknown>[]): void {
    for (const waiting of writes) waiting.verify = true;
  }

  #execute<T>(write: Write<T>, verify: boolean): T {
    try {
      if (!write.atomic || verify) this.#sql.beginWrite.run();
      const answer = write.execute(verify);
      if (!write.atomic || verify) this.#sql.commit.run();
      this.#succeeded();
      return answer;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  #succeeded(): void {
    this.#trouble = undefined;
    this.#pauseMs = firstPauseMs;
  }

  #failed(error: unknown): FlowError {
    const failure = this.#options.failure(error);
    if (troubles.includes(failure.code)) this.#trouble = failure;
    return failure;
  }

  #rollback(): void {
    // Some failures (a full disk) have rolled back already.
    if (this.#db.inTransaction) this.#sql.rollback.run();
  }
}

function executed<T>(write: Write<T>, verify: boolean): T {
  return write.execute(verify);
}
