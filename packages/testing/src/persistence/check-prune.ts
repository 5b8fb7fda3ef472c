import { strict as assert } from "node:assert";
import { type FlowPersistence, type NewRun, type PruneQuery, thisOwner } from "millrace";
import { type Checks, refuses } from "./check.js";
import { endedRun, newRun, restedRun, row, rows, seqs, signal, start } from "./samples.js";

/** Ids of all runs, newest first. */
async function ids(store: FlowPersistence): Promise<string> {
  return (await store.list({})).runs.map((run) => run.id).join(" ");
}

interface Pruned {
  readonly runs: number;
  readonly entries: number;
}

/** Follows `next` to the end: any step may end early. */
async function prune(store: FlowPersistence, query: PruneQuery): Promise<Pruned> {
  const sum = { runs: 0, entries: 0 };
  let cursor = query.cursor;
  do {
    const { runs, entries, next } = await store.prune({ ...query, ...(cursor !== undefined && { cursor }) });
    sum.runs += runs;
    sum.entries += entries;
    cursor = next;
  } while (cursor !== undefined);
  return sum;
}

/** Leaves nothing behind of what it removes. */
async function pruneAll(store: FlowPersistence, query: PruneQuery): Promise<Pruned> {
  const pruned = await prune(store, query);
  await tidyAll(store);
  return pruned;
}

async function tidyAll(store: FlowPersistence): Promise<void> {
  for (let steps = 0; await store.tidy(); steps++) assert.ok(steps < 10_000, "tidy comes to an end");
}

/** One run of each status, newest first: e running, d waiting, c cancelled, b failed, a completed. */
async function oneOfEach(store: FlowPersistence): Promise<void> {
  const statuses = { a: "completed", b: "failed", c: "cancelled", d: "waiting" } as const;
  let createdAt = start;
  for (const [id, status] of Object.entries(statuses)) {
    await restedRun(store, newRun(id, { createdAt: createdAt++ }), { status });
  }
  await store.create(newRun("e", { createdAt }));
}

/** What makes a run the next one of a session. */
function after(run: string, session: string): Partial<NewRun> {
  return { session, previous: { run, position: 1 } };
}

export const pruneChecks: Checks = {
  "prune removes what has ended and fits, and counts runs and entries; what runs or waits stays": async ({ store }) => {
    await oneOfEach(store);
    await endedRun(store, "f", 5);
    const kept = [await store.load("b"), await store.load("d"), await store.load("e")];
    assert.deepEqual(await prune(store, { status: ["completed", "cancelled"] }), { runs: 3, entries: 7 });
    assert.equal(await ids(store), "e d b");
    assert.deepEqual([await store.load("b"), await store.load("d"), await store.load("e")], kept);
    assert.deepEqual(await prune(store, {}), { runs: 1, entries: 1 });
    assert.equal(await ids(store), "e d");
    assert.deepEqual(await prune(store, {}), { runs: 0, entries: 0 });
  },

  "prune filters like list": async ({ store }) => {
    const forkedFrom = { run: "e", position: 1 };
    const over = {
      a: { flow: "Order" },
      b: { parent: "p" },
      c: {},
      d: { session: "s" },
      e: after("d", "s"),
      f: { forkedFrom },
    };
    let createdAt = start;
    for (const [id, fields] of Object.entries(over)) {
      await restedRun(store, newRun(id, { createdAt: createdAt++, ...fields }), { status: "completed" });
    }
    const expected: readonly [PruneQuery, number][] = [
      [{ flow: "Nobody" }, 0],
      [{ status: [] }, 0],
      [{ status: "failed" }, 0],
      [{ from: start + 9 }, 0],
      [{ forkedFrom: "nobody" }, 0],
      [{ forkedFrom: "e" }, 1],
      [{ flow: "Order" }, 1],
      [{ parent: "p" }, 1],
      [{ session: "s" }, 1],
      [{ to: start + 2 }, 0],
      [{ from: start + 2, to: start + 3 }, 1],
    ];
    for (const [query, runs] of expected) assert.equal((await prune(store, query)).runs, runs, JSON.stringify(query));
    assert.equal(await ids(store), "e");
  },

  "prune refuses a status that is no end": async ({ store }) => {
    await oneOfEach(store);
    for (const status of ["running", "waiting"] as never[]) {
      await refuses("PERSISTENCE_QUERY_INVALID", () => store.prune({ status }));
    }
    assert.equal(await ids(store), "e d c b a");
  },

  "prune goes by the time of the newest entry": async ({ store }) => {
    const claims = [await store.create(newRun("a")), await store.create(newRun("b"))] as const;
    await store.rest(claims[0], { rows: [row(2)] }, { status: "completed" });
    await store.rest(claims[1], { rows: rows(2, 3) }, { status: "completed" });
    assert.equal((await prune(store, { endedBefore: start + 2 })).runs, 0);
    assert.equal((await prune(store, { endedBefore: start + 3 })).runs, 1);
    assert.equal(await ids(store), "b");
  },

  "a removed run is found by no call, and its id is free for a run that has nothing of it": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    await store.post("a", signal("legal", { id: "x" }));
    const batch = { rows: rows(2, 3), snapshot: { seq: 2, data: 1 }, inboxRead: 1 };
    await store.rest(claim, batch, { status: "completed" });
    await pruneAll(store, {});
    assert.equal(await store.get("a"), undefined);
    assert.equal(await store.load("a"), undefined);
    assert.deepEqual(await store.inbox("a", 0), []);
    await refuses("RUN_NOT_FOUND", () => store.history("a"));
    await refuses("RUN_NOT_FOUND", () => store.claim("a", thisOwner()));
    await refuses("RUN_NOT_FOUND", () => store.post("a", signal("legal", { id: "x" })));
    await refuses("RUN_CLAIM_LOST", () => store.append(claim, { rows: [row(4)] }));
    const again = await store.create(newRun("a"));
    assert.equal(again.epoch, 1);
    assert.deepEqual((await store.load("a"))?.rows, newRun("a").rows);
    assert.equal((await store.load("a"))?.snapshot, undefined);
    assert.deepEqual(await store.post("a", signal("legal", { id: "x" })), { position: 1, repeated: false });
  },

  "a plan outlives the runs that were created with it": async ({ store }) => {
    await restedRun(store, newRun("a", { planHash: "first", plan: { n: 1 } }), { status: "completed" });
    assert.equal((await pruneAll(store, {})).runs, 1);
    assert.deepEqual(await store.plan("first"), { n: 1 });
  },

  "prune goes on by its cursor, at most `limit` runs a step": async ({ store }) => {
    for (let i = 0; i < 9; i++) {
      await restedRun(store, newRun(`run ${i}`, { createdAt: start + (i >> 1) }), {
        status: i % 3 === 0 ? "failed" : "completed",
      });
    }
    assert.ok((await store.prune({ limit: 2, dryRun: true })).runs <= 2);
    assert.deepEqual(await pruneAll(store, { limit: 2, status: "completed" }), { runs: 6, entries: 6 });
    assert.equal(await ids(store), "run 6 run 3 run 0");
    const { next } = await store.list({ limit: 1 });
    assert.deepEqual(await pruneAll(store, { limit: 1, cursor: next! }), { runs: 2, entries: 2 });
    assert.equal(await ids(store), "run 6");
    await refuses("PERSISTENCE_QUERY_INVALID", () => store.prune({ limit: 0 }));
    await refuses("PERSISTENCE_QUERY_INVALID", () => store.prune({ cursor: "somewhere" }));
  },

  "prune leaves the newest run of every flow's session": async ({ store }) => {
    const over = {
      a: { session: "s" },
      b: { session: "s", flow: "Order" },
      c: after("a", "s"),
      d: { session: "t" },
      e: after("d", "t"),
    };
    let createdAt = start;
    for (const [id, fields] of Object.entries(over)) {
      const run = newRun(id, { createdAt: createdAt++, ...fields });
      await restedRun(store, run, { status: id === "e" ? "failed" : "completed" });
    }
    assert.equal((await prune(store, { status: "failed" })).runs, 0);
    assert.equal((await pruneAll(store, { limit: 1 })).runs, 2);
    assert.equal(await ids(store), "e c b");
  },

  "prune leaves what a run has started that runs or waits": async ({ store }) => {
    const waiting = newRun("a");
    await restedRun(store, waiting, { status: "waiting" });
    const claim = await store.create(newRun("b"));
    for (const parent of ["a", "b", "gone"])
      await restedRun(store, newRun(`${parent}/1`, { parent, createdAt: start + 1 }), { status: "completed" });
    assert.equal((await prune(store, { dryRun: true })).runs, 1);
    assert.equal((await prune(store, {})).runs, 1);
    assert.equal(await ids(store), "b/1 a/1 b a");
    await store.rest(claim, { rows: rows(2, 1) }, { status: "failed" });
    assert.equal((await pruneAll(store, {})).runs, 2);
    assert.equal(await ids(store), "a/1 a");
  },

  "a dry run counts what would go, and removes nothing": async ({ store }) => {
    await endedRun(store, "a", 4);
    await endedRun(store, "b", 3);
    assert.deepEqual(await prune(store, { dryRun: true }), { runs: 2, entries: 7 });
    assert.equal(await ids(store), "b a");
    assert.deepEqual(await prune(store, { dryRun: false }), { runs: 2, entries: 7 });
  },

  "a long run is removed as one, and what is left of it is tidied up": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    for (let i = 0; i < 300; i++) await store.post("a", signal("legal"));
    await store.rest(claim, { rows: rows(2, 3000), inboxRead: 300 }, { status: "completed" });
    await endedRun(store, "b", 2);
    assert.deepEqual(await prune(store, {}), { runs: 2, entries: 3002 });
    assert.equal(await ids(store), "");
    await store.create(newRun("a"));
    await store.post("a", signal("legal"));
    await tidyAll(store);
    assert.equal(await store.tidy(), false);
    assert.deepEqual(await seqs(store, "a"), [1]);
    assert.equal((await store.inbox("a", 0)).length, 1);
  },

  "prune and tidy of an empty store find nothing to do": async ({ store }) => {
    assert.deepEqual(await prune(store, {}), { runs: 0, entries: 0 });
    assert.equal(await store.tidy(), false);
  },
};
