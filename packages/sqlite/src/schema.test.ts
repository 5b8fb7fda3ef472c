import Database from "better-sqlite3";
import { afterAll, afterEach, expect, test } from "vitest";
import { applicationId, migrations, schemaVersion } from "./schema.js";
import { newRun, opener, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, closeAll } = opener();
afterEach(closeAll);

test("every migration works on what the ones before it made", () => {
  const db = new Database(":memory:");
  for (const step of migrations) db.exec(step);
  const tables = db.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  expect(tables.pluck().all()).toEqual([
    "inbox",
    "journal",
    "plan",
    "question",
    "removed",
    "run",
    "schedule",
    "snapshot",
    "text",
  ]);
  db.close();
});

test("a file of an earlier release is brought up to date when it is opened, with what it holds", async () => {
  const file = temp.file();
  const old = new Database(file);
  old.exec(migrations[0]!);
  old.pragma(`application_id = ${applicationId}`);
  old.pragma("user_version = 1");
  const run = old.prepare(
    "INSERT INTO run (id, flow, plan_hash, status, created_at, forked_from, forked_at, epoch) VALUES (?, 'Review', 'hash', ?, 1, ?, ?, 2)",
  );
  run.run("old", "completed", null, null);
  run.run("fork", "waiting", "old", 3);
  const turn = old.prepare(
    "INSERT INTO run (id, flow, plan_hash, status, created_at, session, epoch) VALUES (?, 'Talk', 'hash', 'completed', ?, ?, 2)",
  );
  for (const [id, at, session] of [
    ["t1", 1, "t"],
    ["t2", 2, "t"],
    ["t3", 2, "t"],
    ["u1", 0, "u"],
  ])
    turn.run(id, at, session);
  old.close();
  const store = open(file);
  expect(store.list({ newestOf: "" }).runs.map(({ id }) => id)).toEqual(["t3", "u1"]);
  const { runs } = store.list({ flow: "Review" });
  expect(runs).toMatchObject([
    { id: "fork", forkedFrom: { run: "old", position: 3 } },
    { id: "old", status: "completed" },
  ]);
  for (const each of runs) expect(each).not.toHaveProperty("continues");
  await store.create(newRun("new", { continues: { run: "old", position: 4 } }));
  expect(store.list({ continues: "old" }).runs).toMatchObject([{ id: "new", continues: { run: "old", position: 4 } }]);
  const later = new Database(file);
  expect(later.pragma("user_version", { simple: true })).toBe(schemaVersion);
  later.close();
});
