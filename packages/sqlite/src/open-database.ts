/**
 * Opens a file as a Millrace database: refuses what is something else before anything could change it, makes the tables of a
 * new one, brings an old one up to date. Several processes may do so at once.
 */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { FlowError } from "millrace";
import { driverError, loadDriver, type SqliteDatabase, type SqliteDriver } from "./driver.js";
import { applicationId, migrations, schemaVersion } from "./schema.js";
import { cantOpen, codeOf, isLocked, notADatabase, toFlowError } from "./sqlite-error.js";

export interface OpenOptions {
  readonly driver?: SqliteDriver | undefined;
  readonly durability: "process" | "power";
  readonly busyTimeoutMs: number;
}

/**
 * @throws {FlowError} PERSISTENCE_DRIVER – the driver can't be loaded
 * @throws {FlowError} PERSISTENCE_CANT_OPEN – no such folder, or no right to it
 * @throws {FlowError} PERSISTENCE_NOT_A_DATABASE – the file is something else
 * @throws {FlowError} PERSISTENCE_SCHEMA_NEWER – a newer release made it
 * @throws {FlowError} PERSISTENCE_LOCKED – another process held it locked for longer than `busyTimeoutMs`
 */
export function openDatabase(file: string, options: OpenOptions): SqliteDatabase {
  if (file !== ":memory:") checkFile(file);
  const Driver = loadDriver(options.driver);
  const db = construct(Driver, file, options.busyTimeoutMs);
  try {
    db.pragma(`synchronous = ${options.durability === "power" ? "FULL" : "NORMAL"}`);
    migrate(db, file);
    switchToWal(db, options.busyTimeoutMs);
    db.pragma("journal_size_limit = 67108864");
    return db;
  } catch (error) {
    db.close();
    throw toFlowError(error, file);
  }
}

function construct(Driver: SqliteDriver, file: string, timeout: number): SqliteDatabase {
  try {
    return new Driver(file, { timeout });
  } catch (error) {
    throw codeOf(error).startsWith("SQLITE_") ? toFlowError(error, file) : driverError(error);
  }
}

/**
 * Looks at the first bytes without the driver, which might run another program's recovery on the file. A Millrace file has its
 * mark there from the first transaction on.
 */
function checkFile(file: string): void {
  if (!existsSync(dirname(file))) throw cantOpen(file, "there is no such folder");
  const head = Buffer.alloc(72);
  let length = 0;
  try {
    const descriptor = openSync(file, "r");
    try {
      length = readSync(descriptor, head);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw cantOpen(file, codeOf(error) === "EISDIR" ? "it is a folder" : (error as Error).message, error);
  }
  if (length === 0) return;
  const isSqlite = head.toString("latin1", 0, 16) === "SQLite format 3\0";
  if (!isSqlite || head.readUInt32BE(68) !== applicationId) throw notADatabase(file);
}

function migrate(db: SqliteDatabase, file: string): void {
  if (db.pragma("user_version", { simple: true }) === schemaVersion) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    // Read again: another process may have been faster.
    const found = db.pragma("user_version", { simple: true }) as number;
    if (found > schemaVersion) throw schemaNewer(file, found);
    const id = db.pragma("application_id", { simple: true });
    if (id !== applicationId && (id !== 0 || db.prepare("SELECT 1 FROM sqlite_schema").get() !== undefined))
      throw notADatabase(file);
    for (const step of migrations.slice(found)) db.exec(step);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${schemaVersion}`);
    db.exec("COMMIT");
  } finally {
    if (db.inTransaction) db.exec("ROLLBACK");
  }
}

function schemaNewer(file: string, found: number): FlowError {
  return new FlowError(
    "PERSISTENCE_SCHEMA_NEWER",
    `"${file}" has schema version ${found}; this release knows ${schemaVersion} and below.`,
    { hint: "Update `@millrace/sqlite`.", details: { found, supported: schemaVersion } },
  );
}

/** SQLite does not wait for others here, whatever its busy timeout says: two processes that make one file do meet. */
function switchToWal(db: SqliteDatabase, timeoutMs: number): void {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      db.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (!isLocked(error) || Date.now() >= deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
