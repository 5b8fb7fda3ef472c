import Database from "better-sqlite3";
import type { RunQuery } from "millrace";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { opener, tempFolder } from "./testing/fixtures.js";

vi.setConfig({ testTimeout: 120_000 });

const temp = tempFolder();
afterAll(temp.remove);
const { open, closeAll } = opener();
afterEach(closeAll);

const filters: RunQuery = {
  flow: "Review",
  status: "failed",
  session: "s",
  parent: "p",
  forkedFrom: "f",
  continues: "c",
  idPrefix: "abcdefghijklmnopqrstuv.",
  from: 1,
  to: 5,
  cursor: "3.1",
};

/** Every choice of some of the filters, with one status and with two. */
function* everyQuery(): Iterable<RunQuery> {
  const names = Object.keys(filters) as (keyof RunQuery)[];
  for (let choice = 0; choice < 1 << names.length; choice++) {
    const chosen = names.filter((_, i) => choice & (1 << i));
    const query: RunQuery = Object.fromEntries(chosen.map((name) => [name, filters[name]]));
    yield query;
    if (query.status !== undefined) yield { ...query, status: ["completed", "failed"] };
  }
}

/** What an index begins with. */
const columns = {
  fork: ["forked_from"],
  continued: ["continues"],
  both: ["session", "parent"],
  parent: ["parent"],
  session: ["session"],
  owner: ["<expr>"],
};

/** What the steps of a plan do to tables: a step that reads a whole one is a scan. */
const scans = (plan: readonly string[]) =>
  plan.filter(
    (step) => /^SCAN (run|journal|newest)/.test(step) && step !== "SCAN run USING COVERING INDEX run_by_time",
  );

test("a list finds its page by an index, whatever it asks for", () => {
  let plan: string[] = [];
  class Explained extends Database {
    override prepare(sql: string): any {
      if (sql.includes("INDEXED BY")) {
        const values = Array.from(sql.matchAll(/\?/g), () => 1);
        const steps = super.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[];
        plan = steps.map(({ detail }) => detail);
      }
      return super.prepare(sql);
    }
  }
  const store = open(temp.file(), { driver: Explained });
  let asked = 0;
  for (const query of everyQuery()) {
    asked++;
    plan = [];
    store.list(query);
    const steps = plan.filter((step) => /USING (COVERING )?INDEX run_by/.test(step));
    const { flow, status, session, parent, forkedFrom, continues, idPrefix, from, to, cursor } = query;
    const narrow = forkedFrom
      ? "fork"
      : continues
        ? "continued"
        : parent && session
          ? "both"
          : parent
            ? "parent"
            : session
              ? "session"
              : idPrefix && "owner";
    const index = narrow || (flow || status ? "flow" : "time");
    const name = JSON.stringify(query);
    expect(scans(plan), name).toEqual([]);
    for (const step of steps) expect(step, name).toContain(`INDEX run_by_${index}`);
    expect(steps, name).not.toEqual([]);
    // each page is a run of neighbours: equal in all columns before the time, and bounded by it
    const page = steps.findLast((step) => step.includes(index === "time" ? "run_by_time" : "status=?"));
    const bounds = [from && "created_at>?", (to || cursor) && "created_at<?"].filter(Boolean);
    const equal =
      index === "time"
        ? []
        : [
            ...(index === "flow" ? [] : columns[index as keyof typeof columns].map((it) => `${it}=?`)),
            "flow=?",
            "status=?",
          ];
    if (equal.length + bounds.length > 0) expect(page, name).toContain(`(${[...equal, ...bounds].join(" AND ")})`);
    // one flow's pages of several statuses are merged, none is read to its end
    const severalStatuses = status === undefined || Array.isArray(status);
    if (flow && severalStatuses) expect(plan, name).toContain("MERGE (UNION ALL)");
    if (flow) expect(plan, name).not.toContain("USE TEMP B-TREE FOR ORDER BY");
  }
  expect(asked).toBe(1536);
});
