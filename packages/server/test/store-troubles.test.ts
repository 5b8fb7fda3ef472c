/** A database that another process holds locked, or that is deleted, under a server. */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqlitePersistence } from "@millrace/sqlite";
import { Flow, start } from "millrace";
import { expect, onTestFinished, test, vi } from "vitest";
import { serve } from "./serve.js";

const Database = createRequire(import.meta.resolve("@millrace/sqlite"))("better-sqlite3");

class Hello extends Flow {
  @start() greet() {
    return "hello";
  }
}

/** A server, the file of its runs, and what its logger was told. */
async function onFile(busyTimeoutMs: number) {
  const folder = mkdtempSync(join(tmpdir(), "millrace-troubles-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "flows.db");
  const persistence = new SqlitePersistence(file, { busyTimeoutMs });
  onTestFinished(() => persistence.close());
  const told: string[] = [];
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, warn: silent, error: (message: string) => void told.push(message) };
  const server = await serve({ flows: [Hello], persistence, logger });
  expect((await server.post("/flows/Hello?wait=5", {})).status).toBe(200);
  return { ...server, file, told };
}

test("while the file is locked the server answers, and says that it is not ready once a write has failed of it", async () => {
  const { ask, post, file } = await onFile(3_000);
  const other = new Database(file);
  onTestFinished(() => other.close());
  other.exec("BEGIN IMMEDIATE");
  let over = false;
  const posts = Promise.all([1, 2, 3].map(() => post("/flows/Hello?wait=5", {}))).finally(() => {
    over = true;
  });
  let answered = 0;
  while (!over) {
    expect((await ask("/healthz")).status).toBe(200);
    answered++;
  }
  expect((await posts).map(({ status, body }) => [status, body.code])).toEqual(
    Array(3).fill([503, "PERSISTENCE_LOCKED"]),
  );
  // it stood still for as long as the writes waited, it would have answered a few
  expect(answered).toBeGreaterThan(10);
  expect((await ask("/readyz")).body).toMatchObject({ status: 503, code: "PERSISTENCE_LOCKED" });
  other.exec("ROLLBACK");
  await vi.waitFor(async () => expect((await ask("/readyz")).status).toBe(200), { timeout: 30_000 });
  expect((await post("/flows/Hello?wait=5", {})).status).toBe(200);
});

test("once the file is deleted nothing is accepted any more, and it is told", async () => {
  const { ask, post, file, told } = await onFile(1_000);
  for (const part of ["", "-wal", "-shm"]) rmSync(file + part);
  await vi.waitFor(async () => expect((await ask("/readyz")).status).toBe(503), { timeout: 30_000 });
  expect((await ask("/readyz")).body.code).toBe("PERSISTENCE_FAILED");
  expect((await post("/flows/Hello", {})).status).toBe(503);
  expect((await ask("/runs")).status).toBe(503);
  expect((await ask("/healthz")).status).toBe(200);
  expect(told.filter((line) => line === "the store of runs can't be used")).toHaveLength(1);
});
