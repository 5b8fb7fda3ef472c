/** What can be said of a database from outside, without changing it: for tools that look after one. */
import { statSync } from "node:fs";
import type { RunStatus } from "millrace";
import { loadDriver, type SqliteDatabase } from "./driver.js";
import { construct, readVersion } from "./open-database.js";
import { schemaVersion } from "./schema.js";
import { isLocked, toFlowError } from "./sqlite-error.js";

export interface DatabaseReport {
  /** The version that the file has; 0: nothing is in it yet. */
  readonly schemaVersion: number;
  /** The version that this release makes of it when it opens it. */
  readonly currentSchema: number;
  /** `"wal"`, unless something has changed it. */
  readonly journalMode: string;
  readonly bytes: number;
  /** What is written and not yet moved into the file itself. */
  readonly logBytes: number;
  /** What SQLite finds wrong with the file; empty: it is whole. */
  readonly problems: readonly string[];
  /** Another process held it for writing all the while. */
  readonly locked: boolean;
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
}

/** So long it waits for others. */
const patienceMs = 1000;

/**
 * Reads a database through and says how it stands.
 * @throws {FlowError} PERSISTENCE_DRIVER – the driver can't be loaded
 * @throws {FlowError} PERSISTENCE_CANT_OPEN – it is not there, or there is no right to it
 * @throws {FlowError} PERSISTENCE_NOT_A_DATABASE – the file is something else
 * @throws {FlowError} PERSISTENCE_SCHEMA_NEWER – a newer release made it
 *
 * @example
 * inspectDatabase(".millrace/millrace.db").problems; // => []
 */
export function inspectDatabase(file: string): DatabaseReport {
  const Driver = loadDriver();
  const look = <T>(options: { readonly readonly: boolean }, body: (db: SqliteDatabase) => T): T => {
    const db = construct(Driver, { file, timeout: patienceMs, ...options });
    try {
      return body(db);
    } catch (error) {
      throw toFlowError(error, file);
    } finally {
      db.close();
    }
  };
  const read = look({ readonly: true }, (db) => {
    const version = readVersion(db, file);
    return {
      schemaVersion: version,
      currentSchema: schemaVersion,
      journalMode: String(db.pragma("journal_mode", { simple: true })),
      problems: problemsOf(db),
      runs: version === 0 ? {} : runsOf(db),
    };
  });
  const locked = look({ readonly: false }, isHeld);
  return { ...read, locked, bytes: sizeOf(file), logBytes: sizeOf(`${file}-wal`) };
}

function problemsOf(db: SqliteDatabase): readonly string[] {
  const found = db.prepare("PRAGMA quick_check(10)").pluck().all() as readonly string[];
  return found.filter((text) => text !== "ok");
}

function runsOf(db: SqliteDatabase): DatabaseReport["runs"] {
  const rows = db.prepare("SELECT status, count(*) AS count FROM run GROUP BY status").all();
  return Object.fromEntries(
    (rows as { status: RunStatus; count: number }[]).map(({ status, count }) => [status, count]),
  );
}

function isHeld(db: SqliteDatabase): boolean {
  try {
    db.exec("BEGIN IMMEDIATE");
    db.exec("ROLLBACK");
    return false;
  } catch (error) {
    if (isLocked(error)) return true;
    throw error;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
