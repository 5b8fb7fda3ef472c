/**
 * Runs that could go on by themselves: by the index of what is due, and among those that run the ones whose owner is gone. That
 * is about as many rows as are due or run, however many wait.
 */
import { type DueRun, type DueRunPage, type DueRunQuery, ownerIsDead, type RunOwner, readDueRunQuery } from "millrace";
import type { SqliteDatabase } from "./driver.js";

type Statements = ReturnType<typeof prepare>;

export class DueReads {
  readonly #sql: Statements;

  constructor(db: SqliteDatabase) {
    this.#sql = prepare(db);
  }

  list(query: DueRunQuery): DueRunPage {
    const { flows, until, limit, after } = readDueRunQuery(query);
    const of = JSON.stringify(flows ?? this.#sql.flows.all());
    const holders = this.#sql.owners.all(of, Date.now()) as string[];
    const dead = JSON.stringify(holders.filter((owner) => ownerIsDead(JSON.parse(owner) as RunOwner)));
    const found = this.#sql.due.all(until, after, of, of, Date.now(), dead, after, limit + 1) as (DueRun & {
      key: number;
    })[];
    const page = found.slice(0, limit);
    const nextDue = this.#sql.next.get(until, of) as number | undefined;
    return {
      runs: page.map(({ id, flow }) => ({ id, flow })),
      ...(found.length > limit && { next: String(page.at(-1)!.key) }),
      ...(nextDue !== undefined && { nextDue }),
    };
  }
}

function prepare(db: SqliteDatabase) {
  const ofFlows = "flow IN (SELECT value FROM json_each(?))";
  const running = `FROM run INDEXED BY run_by_flow WHERE ${ofFlows} AND status = 'running'`;
  return {
    /** By leaps through the index, as many as there are flows. */
    flows: db
      .prepare(
        `WITH RECURSIVE flows (name) AS (
           SELECT min(flow) FROM run INDEXED BY run_by_flow
           UNION ALL SELECT (SELECT min(flow) FROM run INDEXED BY run_by_flow WHERE flow > name) FROM flows WHERE name IS NOT NULL)
         SELECT name FROM flows WHERE name IS NOT NULL`,
      )
      .pluck(),
    /** flows, now: who holds the claims that have not expired */
    owners: db.prepare(`SELECT DISTINCT owner ${running} AND owner IS NOT NULL AND expires_at > ?`).pluck(),
    /** until, after, flows; flows, now, dead owners, after; limit */
    due: db.prepare(
      `SELECT key, id, flow FROM run INDEXED BY run_by_due WHERE due_at <= ? AND key > ? AND ${ofFlows}
       UNION ALL
       SELECT key, id, flow ${running}
         AND (owner IS NULL OR expires_at <= ? OR owner IN (SELECT value FROM json_each(?))) AND key > ?
       ORDER BY key LIMIT ?`,
    ),
    /** until, flows */
    next: db
      .prepare(`SELECT due_at FROM run INDEXED BY run_by_due WHERE due_at > ? AND ${ofFlows} ORDER BY due_at LIMIT 1`)
      .pluck(),
  };
}
