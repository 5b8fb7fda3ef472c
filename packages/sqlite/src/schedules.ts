/** Schedules in the file of the runs that they start. */
import { randomUUID } from "node:crypto";
import {
  type DueQuery,
  decodeData,
  encodeData,
  type MaybePromise,
  readScheduleQuery,
  type Schedule,
  type SchedulePage,
  type ScheduleQuery,
  type ScheduleStore,
  schedulePage,
} from "millrace";
import type { SqliteDatabase } from "./driver.js";
import type { WriteQueue } from "./write-queue.js";

/** What they are read and written through; asked for at every call, since the file is opened at the first one. */
export interface OpenFile {
  readonly db: SqliteDatabase;
  readonly queue: WriteQueue;
  /** Reads, and throws what fails as an error of the file. */
  read<T>(read: () => T): T;
}

interface SchedulesOptions {
  open(): OpenFile;
  /** Whether no run is driven here, whose writes would share the transaction. */
  isAlone(): boolean;
}

interface Row {
  readonly revision: string;
  readonly data: string;
}

export class Schedules implements ScheduleStore {
  readonly #options: SchedulesOptions;
  #prepared: { readonly db: SqliteDatabase; readonly sql: ReturnType<typeof prepare> } | undefined;

  constructor(options: SchedulesOptions) {
    this.#options = options;
  }

  put({ revision: expected, ...schedule }: Schedule): MaybePromise<Schedule | undefined> {
    const { id, flow, nextDue = null } = schedule;
    const revision = randomUUID();
    const data = encodeData(schedule);
    return this.#write((sql) => {
      const { changes } =
        expected === undefined
          ? sql.insert.run(id, flow, nextDue, revision, data)
          : sql.replace.run(flow, nextDue, revision, data, id, expected);
      return changes === 0 ? undefined : readRow({ revision, data });
    });
  }

  remove(id: string): MaybePromise<boolean> {
    return this.#write((sql) => sql.remove.run(id).changes > 0);
  }

  get(id: string): Schedule | undefined {
    return this.#read((sql) => {
      const row = sql.get.get(id) as Row | undefined;
      return row && readRow(row);
    });
  }

  list(query: ScheduleQuery): SchedulePage {
    const { flow = null, limit, after = null } = readScheduleQuery(query);
    const rows = this.#read((sql) => sql.list.all(flow, flow, after, after, limit + 1) as Row[]);
    return schedulePage(rows.slice(0, limit).map(readRow), rows.length > limit);
  }

  due({ until, flows, limit }: DueQuery): readonly Schedule[] {
    return this.#read((sql) => (sql.due.all(until, JSON.stringify(flows), limit) as Row[]).map(readRow));
  }

  #write<T>(execute: (sql: ReturnType<typeof prepare>) => T): MaybePromise<T> {
    const { queue } = this.#options.open();
    const sql = this.#sql();
    return queue.submit({ atomic: true, execute: () => execute(sql) }, this.#options.isAlone());
  }

  #read<T>(read: (sql: ReturnType<typeof prepare>) => T): T {
    const sql = this.#sql();
    return this.#options.open().read(() => read(sql));
  }

  /** Prepared when they are used: most files have no schedules. */
  #sql(): ReturnType<typeof prepare> {
    const { db } = this.#options.open();
    if (this.#prepared?.db !== db) this.#prepared = { db, sql: prepare(db) };
    return this.#prepared.sql;
  }
}

function prepare(db: SqliteDatabase) {
  return {
    /** id, flow, nextDue, revision, data */
    insert: db.prepare(
      "INSERT INTO schedule (id, flow, next_due, revision, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
    ),
    /** flow, nextDue, revision, data, id, revision before */
    replace: db.prepare(
      "UPDATE schedule SET flow = ?, next_due = ?, revision = ?, data = ? WHERE id = ? AND revision = ?",
    ),
    /** id */
    remove: db.prepare("DELETE FROM schedule WHERE id = ?"),
    /** id */
    get: db.prepare("SELECT revision, data FROM schedule WHERE id = ?"),
    /** flow, twice, after, twice, limit */
    list: db.prepare(
      `SELECT revision, data FROM schedule WHERE (? IS NULL OR flow = ?) AND (? IS NULL OR id > ?) ORDER BY id LIMIT ?`,
    ),
    /** until, flows as JSON, limit */
    due: db.prepare(
      `SELECT revision, data FROM schedule WHERE next_due <= ? AND flow IN (SELECT value FROM json_each(?))
       ORDER BY next_due, id LIMIT ?`,
    ),
  };
}

function readRow({ revision, data }: Row): Schedule {
  return Object.freeze({ ...(decodeData(data) as Schedule), revision });
}
