/**
 * Writes, alone or in groups. A write that comes alone is executed at once and answered synchronously. Where several runs are
 * driven at a time, writes wait for the end of the event loop's turn and share one transaction; then what one of them is
 * refused for, or fails of, harms none of the others. Writes are executed in the order in which they were submitted.
 */
import { FlowError, type MaybePromise } from "millrace";
import type { SqliteDatabase } from "./driver.js";
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
  readonly done: Promise<T>;
  verify = false;
  #answer: T | undefined;
  #error: unknown;
  #failed = false;
  #resolve!: (answer: T) => void;
  #reject!: (error: unknown) => void;

  constructor(write: Write<T>) {
    this.write = write;
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

export class WriteQueue {
  readonly #db: SqliteDatabase;
  readonly #sql: Statements;
  readonly #failure: (error: unknown) => FlowError;
  #waiting: Waiting<unknown>[] = [];

  constructor(db: SqliteDatabase, sql: Statements, failure: (error: unknown) => FlowError) {
    this.#db = db;
    this.#sql = sql;
    this.#failure = failure;
  }

  /** Executes a write now (`alone`, and nothing waits before it) or with the next group. */
  submit<T>(write: Write<T>, alone: boolean): MaybePromise<T> {
    if (alone && this.#waiting.length === 0) return this.#executeAlone(write, false);
    const waiting = new Waiting(write);
    if (this.#waiting.push(waiting as Waiting<unknown>) === 1) setImmediate(() => this.#flushGroup());
    return waiting.done;
  }

  /** Executes all that waits. */
  flush(): void {
    while (this.#waiting.length > 0) this.#flushGroup();
  }

  #flushGroup(): void {
    const group = this.#waiting.splice(0, groupSize);
    if (this.#waiting.length > 0) setImmediate(() => this.#flushGroup());
    if (group.length === 1) this.#oneByOne(group, false);
    else this.#together(group);
    for (const waiting of group) waiting.settle();
  }

  #together(group: readonly Waiting<unknown>[]): void {
    try {
      this.#sql.beginWrite.run();
      for (const waiting of group) waiting.attempt(executed, waiting.verify);
      this.#sql.commit.run();
    } catch (error) {
      this.#rollback();
      // What waits already was submitted in the belief that these would be stored.
      for (const later of this.#waiting) later.verify = true;
      if (!isLocked(error)) return this.#oneByOne(group, true);
      const failure = this.#failure(error);
      for (const waiting of group) waiting.fail(failure);
    }
  }

  #oneByOne(group: readonly Waiting<unknown>[], verify: boolean): void {
    for (const waiting of group) {
      waiting.attempt((write, own) => this.#executeAlone(write, own), verify || waiting.verify);
    }
  }

  #executeAlone<T>(write: Write<T>, verify: boolean): T {
    try {
      if (write.atomic && !verify) return write.execute(false);
      this.#sql.beginWrite.run();
      const answer = write.execute(verify);
      this.#sql.commit.run();
      return answer;
    } catch (error) {
      this.#rollback();
      throw this.#failure(error);
    }
  }

  #rollback(): void {
    // Some failures (a full disk) have rolled back already.
    if (this.#db.inTransaction) this.#sql.rollback.run();
  }
}

function executed<T>(write: Write<T>, verify: boolean): T {
  return write.execute(verify);
}
