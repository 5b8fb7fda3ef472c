import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { persistenceConformance } from "@millrace/testing";
import { afterAll, describe, test } from "vitest";
import type { SqlitePersistenceOptions } from "./sqlite-options.js";
import { SqlitePersistence } from "./sqlite-persistence.js";

const folder = mkdtempSync(join(tmpdir(), "millrace-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a file", () => {
  const files = new WeakMap<object, string>();
  let count = 0;
  const open = (file: string, settings?: SqlitePersistenceOptions) => {
    const store = new SqlitePersistence(file, settings);
    files.set(store, file);
    return store;
  };
  const checks = persistenceConformance({
    create: (settings) => open(join(folder, `${++count}.db`), settings),
    reopen: (store) => open(files.get(store)!),
    schedules: true,
  });
  for (const check of checks) test(check.name, check.run);
});

describe("in memory", () => {
  const create = (settings: SqlitePersistenceOptions) => new SqlitePersistence(":memory:", settings);
  for (const check of persistenceConformance({ create, schedules: true })) test(check.name, check.run);
});
