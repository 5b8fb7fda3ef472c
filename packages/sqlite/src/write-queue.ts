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

interface Waiting {
  readonly write: Write<unknown>;
  verify: boolean;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly answer: unknown } | { readonly error: unknown };

/** So many writes share a transaction at most: the event loop is held up for some milliseconds. */
const groupSize = 1000;

export class WriteQueue {
  readonly #db: SqliteDatabase;
  readonly #sql: Statements;
  readonly #failure: (error: unknown) => FlowError;
  #waiting: Waiting[] = [];

  constructor(db: SqliteDatabase, sql: Statements, failure: (error: unknown) => FlowError) {
    this.#db = db;
    this.#sql = sql;
    this.#failure = failure;
  }

  /** Executes a write now (`alone`, and nothing waits before it) or with the next group. */
  submit<T>(write: Write<T>, alone: boolean): MaybePromise<T> {
    if (alone && this.#waiting.length === 0) return this.#executeAlone(write, false);
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.push({ write, verify: false, resolve, reject }) === 1) setImmediate(() => this.#flushGroup());
    });
  }

  /** Executes all that waits. */
  flush(): void {
    while (this.#waiting.length > 0) this.#flushGroup();
  }

  #flushGroup(): void {
    const group = this.#waiting.splice(0, groupSize);
    if (this.#waiting.length > 0) setImmediate(() => this.#flushGroup());
    for (const [i, outcome] of this.#outcomes(group).entries()) {
      if ("error" in outcome) group[i]!.reject(outcome.error);
      else group[i]!.resolve(outcome.answer as never);
    }
  }

  #outcomes(group: readonly Waiting[]): readonly Outcome[] {
    if (group.length === 1) return group.map(({ write, verify }) => this.#attempt(write, verify));
    try {
      this.#sql.beginWrite.run();
      const outcomes = group.map(({ write, verify }) => outcomeOf(() => write.execute(verify)));
      this.#sql.commit.run();
      return outcomes;
    } catch (error) {
      this.#rollback();
      // What waits already was submitted in the belief that these would be stored.
      for (const later of this.#waiting) later.verify = true;
      if (!isLocked(error)) return group.map(({ write }) => this.#attempt(write, true));
      const failure = this.#failure(error);
      return group.map(() => ({ error: failure }));
    }
  }

  #attempt(write: Write<unknown>, verify: boolean): Outcome {
    return outcomeOf(() => this.#executeAlone(write, verify));
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

function outcomeOf(execute: () => unknown): Outcome {
  try {
    return { answer: execute() };
  } catch (error) {
    if (FlowError.is(error)) return { error };
    throw error;
  }
}
