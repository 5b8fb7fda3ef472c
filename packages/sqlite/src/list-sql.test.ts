import Database from "better-sqlite3";
import type { RunQuery } from "millrace";
import { afterAll, afterEach, expect, test } from "vitest";
import { opener, tempFolder } from "./testing/fixtures.js";

const temp = tempFolder();
afterAll(temp.remove);
const { open, closeAll } = opener();
afterEach(closeAll);

test("a list finds its page by an index, whatever it asks for", () => {
  const file = temp.file();
  open(file).list({});
  const plans: string[] = [];
  class Explained extends Database {
    override prepare(sql: string): any {
      if (sql.includes("INDEXED BY")) {
        const values = Array.from(sql.matchAll(/\?/g), () => 1);
        const steps = super.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[];
        plans.push(steps.map(({ detail }) => detail).join("; "));
      }
      return super.prepare(sql);
    }
  }
  const store = open(file, { driver: Explained });
  const uses = (query: RunQuery) => {
    store.list(query);
    return /run USING (?:COVERING )?INDEX (\w+)/.exec(plans.at(-1)!)?.[1];
  };
  expect(uses({})).toBe("run_by_time");
  expect(uses({ from: 1, to: 5, cursor: "3.1" })).toBe("run_by_time");
  expect(uses({ flow: "Review" })).toBe("run_by_flow");
  expect(uses({ flow: "Review", status: "completed", cursor: "3.1" })).toBe("run_by_flow");
  expect(uses({ flow: "Review", status: "running" })).toBe("run_by_status");
  expect(uses({ status: ["failed", "cancelled"], cursor: "3.1" })).toBe("run_by_status");
  expect(uses({ session: "s", status: "running" })).toBe("run_by_session");
  expect(uses({ parent: "a", flow: "Review" })).toBe("run_by_parent");
  expect(plans.filter((plan) => /SCAN journal|SCAN newest/.test(plan))).toEqual([]);
});
