import { strict as assert } from "node:assert";
import { type DueRunQuery, type FlowPersistence, type Rest, thisOwner } from "millrace";
import { type Checks, refuses } from "./check.js";
import { newRun, restedRun, row, signal, start } from "./samples.js";

/** The ids of what is due at a time, following the pages. */
async function due(store: FlowPersistence, query: Partial<DueRunQuery> = {}): Promise<string> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await store.due({ until: start, ...query, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.runs.map(({ id }) => id));
    cursor = page.next;
    if (cursor === undefined) return ids.join(" ");
  }
}

const timer = (until: number): Rest => ({
  status: "waiting",
  waitingFor: [{ kind: "timer", name: "nap", steps: [], until }],
});

const child = (name: string, until?: number): Rest => ({
  status: "waiting",
  waitingFor: [{ kind: "flow", name, flow: "Order", steps: [], waitingFor: [], ...(until !== undefined && { until }) }],
});

const forSignal: Rest = { status: "waiting", waitingFor: [{ kind: "signal", name: "legal", steps: ["publish"] }] };

/** A parent that waits for its child, which waits for a signal. */
async function family(store: FlowPersistence): Promise<void> {
  const parent = await store.create(newRun("parent"));
  await restedRun(store, newRun("child", { flow: "Order", parent: "parent" }), forSignal);
  await store.rest(parent, { rows: [] }, child("child"));
}

export const dueChecks: Checks = {
  "due answers nothing of runs that are driven, wait for the outside or have ended": async ({ store }) => {
    assert.deepEqual(await store.due({ until: start }), { runs: [] });
    await store.create(newRun("driven"));
    await restedRun(store, newRun("waiting"), forSignal);
    await restedRun(store, newRun("odd"), { status: "waiting", waitingFor: ["legal", null, { until: "soon" }] });
    await restedRun(store, newRun("empty"), { status: "waiting" });
    for (const status of ["completed", "failed", "cancelled"] as const)
      await restedRun(store, newRun(status), { ...timer(start), status });
    assert.deepEqual(await store.due({ until: start }), { runs: [] });
  },

  "a run that was given up without a word is due, until it is claimed": async ({ store }) => {
    await store.release(await store.create(newRun("a")));
    assert.deepEqual(await store.due({ until: start }), { runs: [{ id: "a", flow: "Review" }] });
    const claim = await store.claim("a", thisOwner());
    assert.equal(await due(store), "");
    await store.release(claim);
    assert.equal(await due(store), "a");
  },

  "a run is due when the first time that it waits for has come; nextDue is the next such time": async ({ store }) => {
    await restedRun(store, newRun("late"), timer(start + 20));
    await restedRun(store, newRun("soon"), {
      status: "waiting",
      waitingFor: [...timer(start + 30).waitingFor!, ...timer(start + 10).waitingFor!],
    });
    assert.deepEqual(await store.due({ until: start }), { runs: [], nextDue: start + 10 });
    assert.equal(await due(store, { until: start + 10 }), "soon");
    assert.equal((await store.due({ until: start + 10 })).nextDue, start + 20);
    assert.equal(await due(store, { until: start + 20 }), "late soon");
    assert.equal((await store.due({ until: start + 20 })).nextDue, undefined);
    const claim = await store.claim("soon", thisOwner());
    assert.equal(await due(store, { until: start + 20 }), "late");
    await store.rest(claim, { rows: [row(2)] }, timer(start + 40));
    assert.equal(await due(store, { until: start + 20 }), "late");
  },

  "a run that is stored at rest is due by what it waits for": async ({ store }) => {
    await store.create(newRun("a", { rest: timer(start + 5) }));
    assert.deepEqual(await store.due({ until: start }), { runs: [], nextDue: start + 5 });
    assert.equal(await due(store, { until: start + 5 }), "a");
  },

  "a run that waits is due when a message was stored that it has not read": async ({ store }) => {
    await restedRun(store, newRun("a"), forSignal);
    await store.post("a", signal("legal", { id: "once" }));
    assert.equal(await due(store), "a");
    const claim = await store.claim("a", thisOwner());
    assert.equal(await store.rest(claim, { rows: [row(2)], inboxRead: 1 }, forSignal), true);
    assert.equal(await due(store), "");
    await store.post("a", signal("legal", { id: "once" }));
    assert.equal(await due(store), "");
  },

  "a run that waits for another one is due when that one does not wait, and when it is due": async ({ store }) => {
    await family(store);
    assert.equal(await due(store), "");
    await store.post("child", signal("legal"));
    assert.equal(await due(store), "parent child");
    const claim = await store.claim("child", thisOwner());
    assert.equal(await due(store), "parent");
    await store.rest(claim, { rows: [row(2)], inboxRead: 1 }, { status: "completed" });
    assert.equal(await due(store), "parent");
    const parent = await store.claim("parent", thisOwner());
    await store.rest(parent, { rows: [row(2)] }, forSignal);
    assert.equal(await due(store), "");
  },

  "a run that comes to wait for one that has gone on meanwhile is due at once": async ({ store }) => {
    const parent = await store.create(newRun("parent"));
    await restedRun(store, newRun("child", { parent: "parent" }), { status: "completed" });
    await store.rest(parent, { rows: [] }, child("child"));
    assert.equal(await due(store), "parent");
  },

  "a run that waits for one that waits for a third is due with it, and with its time": async ({ store }) => {
    const parent = await store.create(newRun("parent"));
    const middle = await store.create(newRun("middle", { parent: "parent" }));
    await restedRun(store, newRun("inner", { parent: "middle" }), timer(start + 5));
    await store.rest(middle, { rows: [] }, child("inner", start + 5));
    await store.rest(parent, { rows: [] }, child("middle", start + 5));
    assert.deepEqual(await store.due({ until: start }), { runs: [], nextDue: start + 5 });
    assert.equal(await due(store, { until: start + 5 }), "parent middle inner");
    await store.claim("inner", thisOwner());
    assert.equal(await due(store), "parent middle");
  },

  "due answers the runs of the flows that are asked for, page by page, the oldest first": async ({ store }) => {
    for (let i = 0; i < 7; i++)
      await restedRun(
        store,
        newRun(`${i}`, { flow: i % 2 === 0 ? "Review" : "Order", createdAt: start - i }),
        timer(start),
      );
    await store.release(await store.create(newRun("given up")));
    assert.equal(await due(store, { limit: 3 }), "0 1 2 3 4 5 6 given up");
    assert.equal(await due(store, { limit: 1, flows: ["Review"] }), "0 2 4 6 given up");
    assert.equal(await due(store, { flows: ["Review", "Order"] }), "0 1 2 3 4 5 6 given up");
    assert.equal(await due(store, { flows: [] }), "");
    assert.equal(await due(store, { flows: ["review"] }), "");
    assert.equal((await store.due({ until: start, limit: 8 })).next, undefined);
    assert.deepEqual((await store.due({ until: start, limit: 2, flows: ["Order"] })).runs, [
      { id: "1", flow: "Order" },
      { id: "3", flow: "Order" },
    ]);
  },

  "due goes on after its cursor, though runs before it are not due any more": async ({ store }) => {
    for (const id of ["a", "b", "c"]) await restedRun(store, newRun(id), timer(start));
    const { next } = await store.due({ until: start, limit: 1 });
    await store.claim("a", thisOwner());
    const page = await store.due({ until: start, limit: 5, cursor: next! });
    assert.deepEqual(
      page.runs.map(({ id }) => id),
      ["b", "c"],
    );
  },

  "due refuses a limit or a cursor that can't be": async ({ store }) => {
    for (const limit of [0, -1, 1.5, Number.NaN])
      await refuses("PERSISTENCE_QUERY_INVALID", () => store.due({ until: start, limit }));
    for (const cursor of ["", "next", "-1", "1.5"])
      await refuses("PERSISTENCE_QUERY_INVALID", () => store.due({ until: start, cursor }));
  },
};
