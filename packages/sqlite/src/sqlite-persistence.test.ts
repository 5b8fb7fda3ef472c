// That it keeps the promises of the port is checked in conformance.test.ts; here: the file, and answers at once.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { applicationId, schemaVersion } from "./schema.js";
import { newRun, opener, row, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, raw, closeAll } = opener();
afterEach(closeAll);

describe("the file", () => {
  test("is .millrace/millrace.db where nothing is said, and its folder is made", () => {
    const before = process.cwd();
    const folder = join(temp.folder, "project");
    mkdirSync(folder);
    process.chdir(folder);
    try {
      open().list({});
    } finally {
      process.chdir(before);
    }
    expect(existsSync(join(folder, ".millrace", "millrace.db"))).toBe(true);
  });

  test("is not touched before the first call", async () => {
    const file = temp.file();
    const store = open(file);
    expect(existsSync(file)).toBe(false);
    await store.create(newRun("a"));
    expect(existsSync(file)).toBe(true);
  });

  test("is marked as Millrace's, in WAL mode, with the durability that was asked for", () => {
    const file = temp.file();
    const levels: unknown[] = [];
    class Watched extends Database {
      override close(): this {
        if (!this.readonly) levels.push(this.pragma("synchronous", { simple: true }));
        return super.close();
      }
    }
    for (const durability of ["process", "power"] as const) {
      const store = open(file, { durability, driver: Watched });
      store.list({});
      store.close();
    }
    expect(levels).toEqual([1, 2]);
    const db = raw(file);
    expect(db.pragma("application_id", { simple: true })).toBe(applicationId);
    expect(db.pragma("user_version", { simple: true })).toBe(schemaVersion);
    expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(db.pragma("page_size", { simple: true })).toBe(2048);
  });

  test("may be empty: it becomes a database", async () => {
    const file = temp.file();
    writeFileSync(file, "");
    await open(file).create(newRun("a"));
    expect(open(file).get("a")?.id).toBe("a");
  });

  test("may be named relative to the working folder of then", () => {
    const before = process.cwd();
    process.chdir(temp.folder);
    const store = open("relative.db");
    process.chdir(before);
    store.list({});
    expect(existsSync(join(temp.folder, "relative.db"))).toBe(true);
  });
});

test("a run alone is answered at once", () => {
  const store = open(temp.file());
  const claim = store.create(newRun("a"));
  if (claim instanceof Promise) throw new Error("not at once");
  expect(store.append(claim, { rows: [row(2)] })).toBe(undefined);
  expect(store.rest(claim, { rows: [row(3)] }, { status: "completed" })).toBe(true);
});
