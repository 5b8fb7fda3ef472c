/**
 * Opens a file as a Millrace database: refuses what is something else before anything could change it, makes the tables of a
 * new one, brings an old one up to date. Several processes may do so at once.
 */
import { existsSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { FlowError } from "millrace";
import { driverError, loadDriver, type SqliteDatabase, type SqliteDriver } from "./driver.js";
import { lockedWaitMs, sleepSync } from "./lock-waits.js";
import { applicationId, migrations, schemaVersion } from "./schema.js";
import { cantOpen, codeOf, isLocked, notADatabase, toFlowError } from "./sqlite-error.js";

/** A commit writes the page that it changed: a step's is a fifth cheaper than with SQLite's 4096, and large values cost the same. */
const pageSize = 2048;
/** As many bytes of the log as SQLite lets come together with pages of 4096. */
const checkpointPages = 2000;

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
  const Driver = loadDriver(options.driver);
  const timeout = options.busyTimeoutMs;
  if (file !== ":memory:" && !isMissingOrEmpty(file)) refuseForeign(Driver, { file, timeout });
  const db = construct(Driver, { file, timeout });
  try {
    const atLast = options.durability === "power" ? "FULL" : "NORMAL";
    // A new file holds nothing that a power cut could take: making it need not wait for the disk, which takes longest of all.
    const isNew = readVersion(db, file) === 0;
    db.pragma(`synchronous = ${isNew && options.durability === "process" ? "OFF" : atLast}`);
    if (isNew) {
      db.pragma(`page_size = ${pageSize}`);
      // so that room can be given back in small steps; a file can be given that ability only when it is made
      db.pragma("auto_vacuum = INCREMENTAL");
    }
    migrate(db, file);
    switchToWal(db, timeout);
    db.pragma(`synchronous = ${atLast}`);
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
    db.pragma("journal_size_limit = 67108864");
    // while the file was made or brought up to date, nothing else could be done; from now on the write queue waits
    db.pragma(`busy_timeout = ${Math.min(timeout, lockedWaitMs)}`);
    return db;
  } catch (error) {
    db.close();
    throw toFlowError(error, file);
  }
}

interface Construct {
  readonly file: string;
  readonly timeout: number;
  readonly readonly?: boolean;
}

/** A connection. */
export function construct(Driver: SqliteDriver, { file, ...options }: Construct): SqliteDatabase {
  try {
    return new Driver(file, options);
  } catch (error) {
    throw codeOf(error).startsWith("SQLITE_") ? toFlowError(error, file) : driverError(error);
  }
}

/**
 * Looks at the file through a connection that can't write, so that what is another program's stays as it is. (It is the driver
 * that looks: closing a file descriptor of our own would take away the locks that this process holds on the file.)
 */
function refuseForeign(Driver: SqliteDriver, where: Omit<Construct, "readonly">): void {
  const db = construct(Driver, { ...where, readonly: true });
  try {
    readVersion(db, where.file);
  } catch (error) {
    // A process died while it wrote: only a connection that can write can tidy up and look.
    if (!codeOf(error).startsWith("SQLITE_READONLY")) throw toFlowError(error, where.file);
  } finally {
    db.close();
  }
}

function isMissingOrEmpty(file: string): boolean {
  if (!existsSync(dirname(file))) throw cantOpen(file, "there is no such folder");
  let found: Stats | undefined;
  try {
    found = statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw cantOpen(file, (error as Error).message, error);
  }
  if (found?.isDirectory()) throw cantOpen(file, "it is a folder");
  return found === undefined || found.size === 0;
}

/**
 * The schema version of a Millrace database, 0 of an empty one.
 * @throws {FlowError} PERSISTENCE_NOT_A_DATABASE, PERSISTENCE_SCHEMA_NEWER
 */
export function readVersion(db: SqliteDatabase, file: string): number {
  if (db.inTransaction) return readVersionHere(db, file);
  // as of one moment: another process may be making the file
  db.exec("BEGIN");
  try {
    return readVersionHere(db, file);
  } finally {
    if (db.inTransaction) db.exec("ROLLBACK");
  }
}

function readVersionHere(db: SqliteDatabase, file: string): number {
  const version = db.pragma("user_version", { simple: true }) as number;
  const id = db.pragma("application_id", { simple: true });
  const isOurs = id === applicationId || (id === 0 && db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined);
  if (!isOurs) throw notADatabase(file);
  if (version > schemaVersion) throw schemaNewer(file, version);
  return version;
}

function migrate(db: SqliteDatabase, file: string): void {
  if (readVersion(db, file) === schemaVersion) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    // Read again: another process may have been faster.
    for (const step of migrations.slice(readVersion(db, file))) db.exec(step);
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
      sleepSync(5);
    }
  }
}
