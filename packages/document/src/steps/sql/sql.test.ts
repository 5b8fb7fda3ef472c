import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { failure, problemsOf, runStep } from "../testing/run-step.js";
import { sql } from "./sql.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "millrace-sql-"));
  const database = new Database(join(root, "shop.db"));
  database.exec("create table users (id integer primary key, name text not null, big integer, data blob)");
  database.exec("insert into users values (1, 'Ada', 9007199254740993, x'0102'), (2, 'Bob', 5, null)");
  database.close();
});
afterEach(() => rmSync(root, { recursive: true }));

const file = "shop.db";
const query = (config: object) => runStep(sql, { file, ...config }, { root });
const wrong = (config: object) => failure(sql, { file, ...config }, { root });

test("rows come as objects, exactly", async () => {
  expect(await query({ sql: "select * from users order by id" })).toEqual([
    { id: 1, name: "Ada", big: 9007199254740993n, data: new Uint8Array([1, 2]) },
    { id: 2, name: "Bob", big: 5, data: null },
  ]);
  const params = { name: "'; drop table users; --", on: true };
  expect(
    await query({
      sql: "select :name as name, :on as ok",
      params,
      rows: "one",
      as: z.object({ name: z.string(), ok: z.int() }),
    }),
  ).toEqual({
    name: "'; drop table users; --",
    ok: 1,
  });
  expect(await query({ sql: "select * from users where id = 9", rows: "first" })).toBeNull();
});

test("by a connection", async () => {
  const connections = { shop: { type: "sqlite", file } };
  expect(
    await runStep(sql, { connection: "shop", sql: "select count(*) as n from users" }, { root, connections }),
  ).toEqual([{ n: 2 }]);
});

test("writing is said, and can be done once", async () => {
  const insert = "insert into users (name) values (:name) returning id";
  expect(await query({ sql: insert, params: { name: "Cy" }, write: true, rows: "one" })).toEqual({ id: 3 });
  expect(await query({ sql: "update users set name = :idempotencyKey where id = 1", write: true })).toEqual({
    changes: 1,
    lastId: expect.any(Number),
  });
  expect(await query({ sql: "select name from users where id = 1", rows: "one" })).toEqual({
    name: expect.stringMatching(/:step:1$/),
  });
  // one that pretends to read is stopped by the database
  expect((await wrong({ sql: "with a as (select 1) delete from users" })).message).toMatch(/readonly/);
});

test.each([
  ["no such table", { sql: "select * from nobody" }, /no such table: nobody/],
  ["a missing parameter", { sql: "select :a" }, /named parameter "a"/i],
  ["a parameter that no column holds", { sql: "select :a", params: { a: { b: 1 } } }, /"a" is an object/],
  ["too many rows", { sql: "select * from users", maxRows: 1 }, /more than 1 rows/],
  ["none where one is wanted", { sql: "select * from users where id = 9", rows: "one" }, /0 rows/],
  ["two statements", { sql: "select 1; delete from users" }, /more than one statement/],
  ["a database that is not there", { file: "none.db", sql: "select 1" }, /can't be opened/],
])("%s", async (_what, config, message) => {
  const error = await wrong(config);
  expect(error.code).toBe("STEP_SQL_FAILED");
  expect(error.message).toMatch(message);
});

test("a file that is no database, or outside", async () => {
  writeFileSync(join(root, "text.db"), "no database at all".repeat(100));
  expect((await wrong({ file: "text.db", sql: "select 1 from a" })).message).toMatch(/not a database/);
  symlinkSync("/etc", join(root, "out"));
  for (const outside of ["../x.db", "/tmp/x.db", "out/x.db"])
    expect((await wrong({ file: outside, sql: "select 1" })).code).toBe("STEP_FILE_REFUSED");
});

test.each([
  ["a reference in the text", { sql: "select * from users where id = {{ input.id }}" }, /would be run as SQL/],
  ["a write that is not said", { sql: "/* x */ -- y\n insert into users values (1)" }, /INSERT changes data/],
  ["another file", { sql: "attach database '/tmp/x' as x", write: true }, /ATTACH is no statement/],
  ["a copy of the file", { sql: "vacuum into '/tmp/x'", write: true }, /VACUUM is no statement/],
  ["settings", { sql: "pragma writable_schema = 1" }, /PRAGMA is no statement/],
  ["nothing", { sql: "-- nothing" }, /no statement/],
])("%s is told at load", (_what, config, message) => {
  const [problem] = problemsOf(sql, { file, ...config }, { root });
  expect(problem).toMatchObject({ path: ["sql"] });
  expect(problem!.message).toMatch(message);
});

test("a step has one database", () => {
  expect(problemsOf(sql, { sql: "select 1" })).toMatchObject([{ message: expect.stringMatching(/needs a database/) }]);
  expect(problemsOf(sql, { sql: "select 1", file: "../x.db" }, { root })).toMatchObject([{ path: ["file"] }]);
});

const endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as c from n";

test("a statement that never ends is ended, and this process stays free meanwhile", { timeout: 60_000 }, async () => {
  let beats = 0;
  let beat = setImmediate(function again() {
    beats++;
    beat = setImmediate(again);
  });
  const error = await wrong({ sql: endless, statementTimeout: "400ms" });
  clearImmediate(beat);
  expect(error).toMatchObject({ code: "STEP_SQL_FAILED", message: expect.stringContaining("longer than 400 ms") });
  expect(beats).toBeGreaterThan(3);
  expect(await query({ sql: "select count(*) as n from users" })).toEqual([{ n: 2 }]);
});

test("a write that was ended has written nothing", { timeout: 60_000 }, async () => {
  const sql =
    "insert into users (name) with recursive n(i) as (select 1 union all select i + 1 from n) select 'x' || i from n";
  await wrong({ sql, write: true, statementTimeout: 500 });
  expect(await query({ sql: "select count(*) as n from users" })).toEqual([{ n: 2 }]);
});

test("what somebody has half written who was killed is undone before it is read", () => {
  const driver = createRequire(import.meta.url).resolve("better-sqlite3");
  const halfWrite = `
    const Database = require(${JSON.stringify(driver)});
    const database = new Database(${JSON.stringify(join(root, file))});
    database.pragma("cache_size = 10");
    database.exec("begin");
    const insert = database.prepare("insert into users (name) values (?)");
    for (let i = 0; i < 10_000; i++) insert.run("x".repeat(100));
    process.kill(process.pid, "SIGKILL");`;
  expect(spawnSync(process.execPath, ["-e", halfWrite]).signal).toBe("SIGKILL");
  expect(existsSync(join(root, `${file}-journal`))).toBe(true);
  return expect(query({ sql: "select count(*) as n from users" })).resolves.toEqual([{ n: 2 }]);
});

test("many at once, some without an end", { timeout: 60_000 }, async () => {
  const all = Array.from({ length: 12 }, (_, i) =>
    i % 4 === 0
      ? wrong({ sql: endless, statementTimeout: 300 }).then(({ code }) => code)
      : query({ sql: "select :i as i", params: { i }, rows: "one" }),
  );
  expect(await Promise.all(all)).toEqual(
    Array.from({ length: 12 }, (_, i) => (i % 4 === 0 ? "STEP_SQL_FAILED" : { i })),
  );
});

test("who asked is killed: the statement ends with it", { timeout: 60_000 }, async () => {
  const helper = new URL("./statement-process.mjs", import.meta.url).href;
  const driver = pathToFileURL(createRequire(import.meta.url).resolve("better-sqlite3")).href;
  const asked = {
    driver,
    place: join(root, "shop.db"),
    sql: endless,
    given: {},
    maxRows: 1,
    maxBytes: 1,
    busyTimeout: 0,
  };
  const script = `import { fork } from "node:child_process";
    const child = fork(new URL(${JSON.stringify(helper)}), { execArgv: [], serialization: "advanced" });
    child.send(${JSON.stringify(asked)}, () => console.log(child.pid));`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(isAlive()).toBe(true);
  parent.kill("SIGKILL");
  await expect.poll(isAlive).toBe(false);
});

test("rows are bounded by their size, too", async () => {
  const blobs = "with recursive n(i) as (select 1 union all select i + 1 from n) select zeroblob(1000000) as b from n";
  expect((await wrong({ sql: blobs })).message).toMatch(/more than 10000000 bytes/);
});
