import { statSync } from "node:fs";
import type { FlowPersistence } from "millrace";
import { afterAll, afterEach, expect, test } from "vitest";
import { newRun, opener, row, rows, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, raw, closeAll } = opener();
afterEach(closeAll);

const large = "x".repeat(5000);

async function ended(store: FlowPersistence, id: string, count: number): Promise<void> {
  const claim = await store.create(newRun(id));
  const more = rows(2, count).map(({ seq }) => row(seq, large));
  await store.rest(claim, { rows: more }, { status: "completed" });
}

async function pruneAll(store: FlowPersistence): Promise<void> {
  while ((await store.prune({})).next !== undefined);
}

/** The steps that tidying took. */
async function tidy(store: FlowPersistence): Promise<number> {
  for (let steps = 1; ; steps++) if (!(await store.tidy())) return steps;
}

test("the file gets shorter by what was pruned, while another instance has it open", async () => {
  const file = temp.file();
  const store = open(file);
  const other = open(file);
  for (let i = 0; i < 200; i++) await ended(store, `run ${i}`, 5);
  await other.create(newRun("alive"));
  const before = statSync(file).size;
  await pruneAll(store);
  await tidy(store);
  expect(statSync(file).size).toBeLessThan(before / 10);
  expect((await other.get("alive"))?.owned).toBe(true);
  const db = raw(file);
  expect(db.pragma("freelist_count", { simple: true })).toBe(0);
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
});

test("a long run goes in one step, and what is left of it in many", async () => {
  const file = temp.file();
  const store = open(file);
  await ended(store, "long", 3000);
  await ended(store, "short", 2);
  expect((await store.prune({ limit: 1 })).runs).toBe(1);
  expect(await store.prune({})).toEqual({ runs: 1, entries: 3000 });
  const db = raw(file);
  expect(db.prepare("SELECT count(*) FROM run").pluck().get()).toBe(0);
  expect(db.prepare("SELECT count(*) FROM removed").pluck().get()).toBe(1);
  expect(await tidy(store)).toBeGreaterThan(2);
  for (const table of ["journal", "snapshot", "inbox", "removed"]) {
    expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
  }
});

test("what one instance left to be taken away another one takes", async () => {
  const file = temp.file();
  const first = open(file);
  await ended(first, "long", 1000);
  await first.prune({});
  first.close();
  const second = open(file);
  await tidy(second);
  expect(raw(file).prepare("SELECT count(*) FROM journal").pluck().get()).toBe(0);
});
