import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { loadDriver, type SqliteDriver } from "./driver.js";
import { SqlitePersistence } from "./sqlite-persistence.js";
import { tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);

/** A package of the name better-sqlite3 whose constructor must not be called. */
function installDriver(version: string): SqliteDriver {
  const folder = join(temp.folder, version, "node_modules", "better-sqlite3");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "better-sqlite3", version, main: "main.js" }));
  writeFileSync(join(folder, "main.js"), "module.exports = class { constructor() { throw new Error('native'); } };");
  return createRequire(join(temp.folder, version, "x.js"))("better-sqlite3");
}

test("better-sqlite3 is loaded where nothing is given, and what is given is used", () => {
  expect(loadDriver()).toBe(Database);
  expect(loadDriver(Database)).toBe(Database);
  class Own extends Database {}
  expect(loadDriver(Own)).toBe(Own);
});

test("a release that needs a newer Node is refused before it is started", () => {
  const driver = installDriver("13.2.0");
  if (Number.parseInt(process.versions.node, 10) >= 22) {
    expect(loadDriver(driver)).toBe(driver);
    return;
  }
  const store = new SqlitePersistence(temp.file(), { driver });
  const refused = { code: "PERSISTENCE_DRIVER", details: { version: "13.2.0", node: process.versions.node } };
  expect(() => store.list({})).toThrow(expect.objectContaining(refused));
});

test("a driver that can't load its native part is PERSISTENCE_DRIVER", () => {
  const driver = installDriver("12.0.0");
  expect(loadDriver(driver)).toBe(driver);
  const store = new SqlitePersistence(temp.file(), { driver });
  expect(() => store.list({})).toThrow(expect.objectContaining({ code: "PERSISTENCE_DRIVER" }));
  expect(() => new SqlitePersistence(":memory:", { driver }).list({})).toThrow("better-sqlite3 can't be loaded");
});
