import type Database from "better-sqlite3";
import { expectTypeOf, test } from "vitest";
import type { SqliteDriver } from "./driver.js";

test("better-sqlite3's own constructor is a driver", () => {
  expectTypeOf<typeof Database>().toExtend<SqliteDriver>();
});
