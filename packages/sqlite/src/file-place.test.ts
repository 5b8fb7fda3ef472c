// A database that is deleted or replaced while it is open.
import { copyFileSync, renameSync, rmSync } from "node:fs";
import { afterAll, afterEach, expect, test } from "vitest";
import type { SqlitePersistence } from "./sqlite-persistence.js";
import { codeOf, errorOf, newRun, opener, row, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, closeAll } = opener();
afterEach(closeAll);

/** Waits until a call fails: it is looked for the file once a second. */
async function noticed(store: SqlitePersistence): Promise<void> {
  const code = () => codeOf(() => store.check()).catch(() => "none");
  await expect.poll(code, { timeout: 30_000 }).toBe("PERSISTENCE_FAILED");
}

test("once it is deleted nothing is read or written any more, and no new file is made", async () => {
  const file = temp.file();
  const store = open(file);
  const claim = await store.create(newRun("a"));
  for (const part of ["", "-wal", "-shm"]) rmSync(file + part);
  await noticed(store);
  const error = await errorOf(() => store.create(newRun("b")));
  expect([error.code, error.message]).toEqual([
    "PERSISTENCE_FAILED",
    `"${file}" was removed or replaced while it was open.`,
  ]);
  expect(await codeOf(() => store.append(claim, { rows: [row(2)] }))).toBe("PERSISTENCE_FAILED");
  expect(await codeOf(() => store.get("a"))).toBe("PERSISTENCE_FAILED");
  expect(await codeOf(() => store.schedules.list({}))).toBe("PERSISTENCE_FAILED");
  store.close();
  expect(open(file).list({}).runs).toEqual([]);
});

test("once another one stands in its place it is the same; put back, all goes on", async () => {
  const [file, kept] = [temp.file(), temp.file()];
  const store = open(file);
  const claim = await store.create(newRun("a"));
  renameSync(file, kept);
  copyFileSync(kept, file);
  await noticed(store);
  expect(await codeOf(() => store.append(claim, { rows: [row(2)] }))).toBe("PERSISTENCE_FAILED");
  renameSync(kept, file);
  const code = () => codeOf(() => store.check()).catch(() => "none");
  await expect.poll(code, { timeout: 30_000 }).toBe("none");
  await store.append(claim, { rows: [row(2)] });
  expect(store.load("a")?.rows.length).toBe(2);
});

test("a store in memory has no file that could go", async () => {
  const store = open(":memory:");
  await store.create(newRun("a"));
  store.check();
  expect(store.get("a")?.status).toBe("running");
});
