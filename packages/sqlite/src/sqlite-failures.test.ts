// Locked, full, damaged: what fails leaves nothing behind, and what can go on goes on.
import { readFileSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { SqlitePersistence } from "./sqlite-persistence.js";
import { codeOf, errorOf, newRun, opener, row, rows, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, raw, closeAll } = opener();
afterEach(closeAll);

describe("a locked file", () => {
  test("is PERSISTENCE_LOCKED after the busy timeout: writing fails, reading does not, and then all is as before", async () => {
    const file = temp.file();
    const store = open(file, { busyTimeoutMs: 30 });
    const claim = await store.create(newRun("a"));
    const other = raw(file);
    other.exec("BEGIN IMMEDIATE");
    expect(await codeOf(() => store.append(claim, { rows: [row(2)] }))).toBe("PERSISTENCE_LOCKED");
    expect(await codeOf(() => store.append(claim, { rows: rows(2, 3) }))).toBe("PERSISTENCE_LOCKED");
    expect(await codeOf(() => store.create(newRun("b")))).toBe("PERSISTENCE_LOCKED");
    expect(store.load("a")?.rows).toHaveLength(1);
    other.exec("ROLLBACK");
    await store.append(claim, { rows: [row(2)] });
    expect(store.load("a")?.rows).toHaveLength(2);
  });

  test("that does not exist yet is waited for too", async () => {
    const file = temp.file();
    const other = raw(file);
    other.exec("BEGIN EXCLUSIVE");
    const store = open(file, { busyTimeoutMs: 30 });
    expect(await codeOf(() => store.list({}))).toBe("PERSISTENCE_LOCKED");
    other.exec("ROLLBACK");
    other.close();
    expect(store.list({})).toEqual({ runs: [] });
  });
});

describe("a full disk", () => {
  class Small extends Database {
    constructor(file: string, options?: Database.Options) {
      super(file, options);
      this.pragma("max_page_count = 40");
    }
  }
  const big = "x".repeat(200_000);

  test("is PERSISTENCE_FULL: nothing of the write is stored, and smaller ones go on", async () => {
    const store = open(temp.file(), { driver: Small });
    const claim = await store.create(newRun("a"));
    expect(await codeOf(() => store.append(claim, { rows: [row(2, big)] }))).toBe("PERSISTENCE_FULL");
    expect(await codeOf(() => store.append(claim, { rows: [row(2), row(3, big)], inboxRead: 4 }))).toBe(
      "PERSISTENCE_FULL",
    );
    expect(await codeOf(() => store.create(newRun("b", { rows: [row(1, big)] })))).toBe("PERSISTENCE_FULL");
    expect(await codeOf(() => store.rest(claim, { rows: [row(2, big)] }, { status: "completed" }))).toBe(
      "PERSISTENCE_FULL",
    );
    expect(store.get("b")).toBe(undefined);
    expect(store.load("a")).toMatchObject({ rows: [{ seq: 1 }], record: { status: "running", inboxRead: 0 } });
    await store.append(claim, { rows: [row(2)] });
    expect(await store.rest(claim, { rows: [row(3)] }, { status: "completed" })).toBe(true);
    expect(store.load("a")?.rows).toHaveLength(3);
  });
});

describe("a damaged store is RUN_CORRUPT, and other runs are read", () => {
  async function damaged(sql: string): Promise<SqlitePersistence> {
    const file = temp.file();
    const store = open(file);
    for (const id of ["a", "b"]) {
      const claim = await store.create(newRun(id));
      await store.append(claim, { rows: rows(2, 5), snapshot: { seq: 2, data: { n: 2 } } });
      await store.release(claim);
    }
    raw(file).exec(sql);
    return store;
  }

  test.each([
    ["a damaged entry", "UPDATE journal SET entry = 'done 17 {' WHERE id = (1 << 32) + 4"],
    ["an entry of an unknown kind", "UPDATE journal SET entry = 'danced 17 {}' WHERE id = (1 << 32) + 4"],
    ["a missing entry", "DELETE FROM journal WHERE id = (1 << 32) + 4"],
    ["a missing first entry", "DELETE FROM journal WHERE id = (1 << 32) + 3"],
    [
      "missing entries under the snapshot",
      "DELETE FROM journal WHERE id < (2 << 32); UPDATE snapshot SET seq = 9 WHERE run = 1",
    ],
    ["a damaged snapshot", "UPDATE snapshot SET data = '[' WHERE run = 1"],
  ])("%s", async (_, sql) => {
    const store = await damaged(sql);
    const error = await errorOf(() => store.load("a"));
    expect(error).toMatchObject({ code: "RUN_CORRUPT", runId: "a" });
    expect(store.load("b")?.rows).toHaveLength(3);
  });

  test("a damaged page", async () => {
    const file = temp.file();
    const store = open(file);
    await store.create(newRun("a", { rows: rows(1, 200) }));
    store.close();
    const bytes = readFileSync(file);
    const db = new Database(file);
    const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'journal'").pluck().get() as number;
    const size = db.pragma("page_size", { simple: true }) as number;
    db.close();
    bytes.fill(0xff, (root - 1) * size, root * size);
    writeFileSync(file, bytes);
    expect(await errorOf(() => open(file).load("a"))).toMatchObject({ code: "RUN_CORRUPT", runId: "a" });
  });
});
