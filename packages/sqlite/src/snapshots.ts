/** Inside a write's transaction: a run's new snapshot, and what of its journal may go with it. */
import type { SqliteDatabase, SqliteStatement } from "./driver.js";
import type { Statements } from "./statements.js";

export interface EncodedSnapshot {
  readonly seq: number;
  readonly data: string;
}

/** Entries dropped along with one snapshot at the most: a long journal that is not yet kept short is shortened little by little. */
const atOnce = 50_000;

export class Snapshots {
  readonly #sql: Statements;
  readonly #keepEntries: number | undefined;
  readonly #drop: SqliteStatement | undefined;

  /** Without `keepEntries` every entry is kept. */
  constructor(db: SqliteDatabase, sql: Statements, keepEntries: number | undefined) {
    this.#sql = sql;
    this.#keepEntries = keepEntries;
    if (keepEntries === undefined) return;
    this.#drop = db.prepare(
      "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE id BETWEEN (? << 32) AND (? << 32) + ? ORDER BY id LIMIT ?)",
    );
  }

  /** `rows`: of the same write. */
  replace(key: number, { seq, data }: EncodedSnapshot, rows: readonly { readonly seq: number }[]): void {
    this.#sql.replaceSnapshot.run(key, seq, data);
    if (this.#keepEntries === undefined) return;
    const position = rows.at(-1)?.seq ?? seq;
    const upTo = Math.min(seq, position - this.#keepEntries);
    if (upTo > 0) this.#drop?.run(key, key, upTo, atOnce);
  }
}
