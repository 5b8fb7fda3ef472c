import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { migrations } from "./schema.js";

test("every migration works on what the ones before it made", () => {
  const db = new Database(":memory:");
  for (const step of migrations) db.exec(step);
  const tables = db.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  expect(tables.pluck().all()).toEqual(["inbox", "journal", "plan", "question", "removed", "run", "snapshot"]);
  db.close();
});
