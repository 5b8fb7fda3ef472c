/** Runs, rows, files and stores for the tests of this package. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { type ErrorCode, FlowError, type JournalRow, type NewRun, thisOwner } from "millrace";
import type { SqlitePersistenceOptions } from "../sqlite-options.js";
import { SqlitePersistence } from "../sqlite-persistence.js";

export const at = 1_763_716_000_000;

export function row(seq: number, output: unknown = seq): JournalRow {
  return { seq, entry: { type: "completed", at: at + seq, call: seq, step: "write", number: seq, output } };
}

export function rows(first: number, last: number): JournalRow[] {
  return Array.from({ length: last - first + 1 }, (_, i) => row(first + i));
}

export function newRun(id: string, over: Partial<NewRun> = {}): NewRun {
  const first: JournalRow = { seq: 1, entry: { type: "started", at, inputs: {}, state: {} } };
  return {
    id,
    flow: "Review",
    version: null,
    planHash: "hash",
    createdAt: at,
    owner: thisOwner(),
    rows: [first],
    ...over,
  };
}

/** A folder for a file's tests, and file names in it that were not used yet. */
export function tempFolder() {
  const folder = mkdtempSync(join(tmpdir(), "millrace-sqlite-"));
  let count = 0;
  return {
    folder,
    file: () => join(folder, `${++count}.db`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The FlowError that a call fails with, thrown or rejected. */
export async function errorOf(call: () => unknown): Promise<FlowError> {
  try {
    await call();
  } catch (error) {
    if (FlowError.is(error)) return error;
    throw error;
  }
  throw new Error("it succeeded");
}

export async function codeOf(call: () => unknown): Promise<ErrorCode> {
  return (await errorOf(call)).code;
}

/** Opens stores and databases that are closed after the test. */
export function opener() {
  const opened: { close(): unknown }[] = [];
  const keep = <T extends { close(): unknown }>(it: T): T => {
    opened.push(it);
    return it;
  };
  return {
    open: (file?: string, options?: SqlitePersistenceOptions) => keep(new SqlitePersistence(file, options)),
    raw: (file: string): InstanceType<typeof Database> => keep(new Database(file)),
    closeAll() {
      for (const it of opened.splice(0)) it.close();
    },
  };
}
