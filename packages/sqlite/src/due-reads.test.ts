import Database from "better-sqlite3";
import { MemoryPersistence } from "millrace";
import { afterAll, afterEach, expect, test } from "vitest";
import { DueReads } from "./due-reads.js";
import { openDatabase } from "./open-database.js";
import { applicationId, migrations } from "./schema.js";
import { at, newRun, opener, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, closeAll } = opener();
afterEach(closeAll);

test("what is due is found by indexes: rows of runs that wait are not read", () => {
  const file = temp.file();
  const db = openDatabase(file, { durability: "process", busyTimeoutMs: 1000, driver: undefined });
  const plans: string[][] = [];
  const explained = {
    prepare: (sql: string) => {
      const values = Array.from(sql.matchAll(/\?/g), () => 1);
      const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[];
      plans.push(steps.map(({ detail }) => detail));
      return db.prepare(sql);
    },
  };
  expect(new DueReads(explained as never).list({ until: at })).toEqual({ runs: [] });
  const reads = plans.flat().filter((step) => /\brun\b/.test(step) && !step.includes("flows"));
  for (const step of reads)
    expect(step).toMatch(/INDEX run_by_(due \(due_at|flow \(flow=\? AND status=|flow$|flow \(flow>)/);
  expect(reads.filter((step) => step.includes("status="))).toHaveLength(2);
  expect(reads.filter((step) => step.includes("run_by_due"))).toHaveLength(2);
  db.close();
});

test("runs that waited in a file of an earlier release are looked at once", async () => {
  const file = temp.file();
  const old = new Database(file);
  for (const step of migrations.slice(0, 3)) old.exec(step);
  old.pragma(`application_id = ${applicationId}`);
  old.pragma("user_version = 3");
  const run = old.prepare(
    "INSERT INTO run (id, flow, plan_hash, status, created_at, epoch, waiting_for) VALUES (?, 'Review', 'hash', ?, 1, 2, ?)",
  );
  run.run("waiting", "waiting", '[{"kind":"signal","name":"go","steps":[]}]');
  run.run("fork", "waiting", "[]");
  run.run("completed", "completed", null);
  old.close();
  const store = open(file);
  expect(store.due({ until: at })).toEqual({ runs: [{ id: "waiting", flow: "Review" }] });
  const claim = await store.claim("waiting", newRun("x").owner);
  await store.rest(claim, { rows: [] }, { status: "waiting", waitingFor: [{ kind: "signal", name: "go", steps: [] }] });
  expect(store.due({ until: at })).toEqual({ runs: [] });
});

test("a run that is said to wait for itself is moved by nothing, as in memory", async () => {
  for (const store of [open(temp.file()), new MemoryPersistence()]) {
    const claim = await store.create(newRun("a"));
    await store.rest(claim, { rows: [] }, { status: "waiting", waitingFor: [{ kind: "flow", name: "a", steps: [] }] });
    expect(await store.due({ until: at })).toEqual({ runs: [] });
  }
});

test("a message to a run that was due at the beginning of time tells its parent too, as in memory", async () => {
  for (const store of [open(temp.file()), new MemoryPersistence()]) {
    const parent = await store.create(newRun("parent"));
    await store.rest(parent, { rows: [] }, { status: "waiting", waitingFor: [] });
    const child = await store.create({ ...newRun("child"), parent: "parent" });
    const timer = { kind: "timer" as const, name: "nap", steps: [], until: 0 };
    await store.rest(child, { rows: [] }, { status: "waiting", waitingFor: [timer] });
    await store.post("child", { kind: "signal", name: "go", payload: 1, at: 1 });
    expect((await store.due({ until: at })).runs.map(({ id }) => id)).toEqual(["parent", "child"]);
  }
});
