import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Flow, FlowError, start } from "millrace";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inspectDatabase } from "./inspect-database.js";
import { SqlitePersistence } from "./sqlite-persistence.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inspect-"));
  file = join(folder, "runs.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

class Hello extends Flow {
  @start() greet() {
    return "hello";
  }
}

async function fill(count: number): Promise<void> {
  const persistence = new SqlitePersistence(file);
  for (let i = 0; i < count; i++) await new Hello({ persistence }).kickoff();
  await persistence.close();
}

const codeOf = () => {
  try {
    return inspectDatabase(file);
  } catch (error) {
    return FlowError.is(error) ? error.code : error;
  }
};

test("a sound database", async () => {
  await fill(3);
  const before = readFileSync(file);
  const report = inspectDatabase(file);
  expect(report).toMatchObject({ journalMode: "wal", problems: [], locked: false, runs: { completed: 3 } });
  expect(report.schemaVersion).toBe(report.currentSchema);
  expect(report.bytes).toBe(before.length);
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("one that somebody holds, one that is damaged", async () => {
  await fill(40);
  const other = new Database(file);
  other.exec("BEGIN IMMEDIATE");
  expect(inspectDatabase(file)).toMatchObject({ locked: true, problems: [] });
  other.exec("ROLLBACK");
  other.close();
  const bytes = readFileSync(file);
  bytes.fill(0xff, 6000, bytes.length);
  writeFileSync(file, bytes);
  const damaged = codeOf();
  expect(typeof damaged === "string" ? damaged : (damaged as { problems: unknown[] }).problems.length).not.toBe(0);
});

test("what is no database of ours", async () => {
  expect(codeOf()).toBe("PERSISTENCE_CANT_OPEN");
  writeFileSync(
    file,
    "some text that is longer than the header of a database would be, one hundred bytes and then some more",
  );
  expect(codeOf()).toBe("PERSISTENCE_NOT_A_DATABASE");
  await fill(0).catch(() => undefined);
  rmSync(file);
  await fill(1);
  const newer = new Database(file);
  newer.pragma("user_version = 999");
  newer.close();
  expect(codeOf()).toBe("PERSISTENCE_SCHEMA_NEWER");
});
