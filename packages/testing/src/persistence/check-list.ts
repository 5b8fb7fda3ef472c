import { strict as assert } from "node:assert";
import { type FlowPersistence, type RunQuery, type RunRecord, thisOwner } from "millrace";
import { type Checks, refuses } from "./check.js";
import { newRun, restedRun, start } from "./samples.js";

async function ids(store: FlowPersistence, query: RunQuery): Promise<string> {
  const page = await store.list(query);
  assert.equal(page.next, undefined);
  return page.runs.map((run) => run.id).join(" ");
}

export const listChecks: Checks = {
  "list answers nothing of an empty store": async ({ store }) => {
    assert.deepEqual(await store.list({}), { runs: [] });
  },

  "list answers records, newest first, and of the same time the one created later first": async ({ store }) => {
    for (const [id, age] of Object.entries({ a: 3, b: 1, c: 2, d: 2 })) {
      await store.create(newRun(id, { createdAt: start - age }));
    }
    assert.equal(await ids(store, {}), "b d c a");
    const { runs } = await store.list({});
    for (const run of runs) assert.deepEqual(run, await store.get(run.id));
  },

  "list filters by flow, status, session, parent and time, alone and together": async ({ store }) => {
    await restedRun(store, newRun("d", { createdAt: start + 3, session: "s" }), { status: "failed" });
    const previous = { run: "d", position: 1 };
    await store.create(newRun("a", { createdAt: start, session: "s", previous }));
    await restedRun(store, newRun("b", { createdAt: start + 1, flow: "Order", parent: "a" }), { status: "completed" });
    await restedRun(store, newRun("c", { createdAt: start + 2, session: "t", parent: "x" }), { status: "waiting" });
    await restedRun(store, newRun("e", { createdAt: start + 4, flow: "Order" }), { status: "cancelled" });
    const expected: readonly [RunQuery, string][] = [
      [{ flow: "Order" }, "e b"],
      [{ flow: "order" }, ""],
      [{ status: "running" }, "a"],
      [{ status: "completed" }, "b"],
      [{ status: ["failed", "cancelled", "completed"] }, "e d b"],
      [{ status: ["running", "waiting"] }, "c a"],
      [{ status: [] }, ""],
      [{ session: "s" }, "d a"],
      [{ parent: "a" }, "b"],
      [{ from: start + 2 }, "e d c"],
      [{ to: start + 2 }, "b a"],
      [{ from: start + 1, to: start + 3 }, "c b"],
      [{ flow: "Order", status: "completed" }, "b"],
      [{ flow: "Review", session: "s", from: start + 1 }, "d"],
      [{ session: "s", status: ["running"], to: start + 1 }, "a"],
      [{ flow: "Review", parent: "a" }, ""],
    ];
    for (const [query, found] of expected) assert.equal(await ids(store, query), found, JSON.stringify(query));
    await store.claim("e", thisOwner());
    assert.equal(await ids(store, { status: "running" }), "e a");
    assert.equal(await ids(store, { status: "cancelled" }), "");
  },

  "list filters by how the ids begin, with other filters too": async ({ store }) => {
    const owners = ["abcdefghijklmnopqrst-_.", "abcdefghijklmnopqrst-A."];
    for (const [i, owner] of owners.entries()) {
      for (let n = 0; n < 3; n++) {
        const of = {
          createdAt: start + 2 * n + i,
          ...(n > 0 && { flow: "Order" }),
          ...(n > 1 && { session: `s${i}` }),
        };
        await store.create(newRun(`${owner}${n}`, of));
      }
    }
    await store.create(newRun("nobody's", { createdAt: start + 9 }));
    const list = async (query: RunQuery) => (await store.list(query)).runs.map(({ id }) => id);
    const [idPrefix = "", other = ""] = owners;
    assert.deepEqual(await list({ idPrefix }), [`${idPrefix}2`, `${idPrefix}1`, `${idPrefix}0`]);
    assert.deepEqual(await list({ idPrefix: other, flow: "Order" }), [`${other}2`, `${other}1`]);
    assert.deepEqual(await list({ idPrefix, status: ["completed", "running"], from: start + 2, to: start + 4 }), [
      `${idPrefix}1`,
    ]);
    assert.deepEqual(await list({ idPrefix, session: "s0" }), [`${idPrefix}2`]);
    assert.deepEqual(await list({ idPrefix: "nob" }), ["nobody's"]);
    assert.deepEqual(await list({ idPrefix: "x" }), []);
    assert.equal((await list({ idPrefix: "" })).length, 7);
    const first = await store.list({ idPrefix, limit: 2 });
    assert.deepEqual(await list({ idPrefix, cursor: first.next! }), [`${idPrefix}0`]);
  },

  "list answers pages that follow each other without a gap or a repeat": async ({ store }) => {
    for (let i = 0; i < 23; i++) {
      const flow = i % 3 === 0 ? "Order" : "Review";
      await store.create(newRun(`run ${i}`, { flow, createdAt: start + (i >> 2) }));
    }
    for (const query of [{}, { flow: "Review" }, { from: start + 1, to: start + 5 }]) {
      const all = (await store.list(query)).runs;
      for (const limit of [1, 4, all.length, all.length + 1]) {
        assert.deepEqual(await pages(store, { ...query, limit }), all);
      }
    }
  },

  "list goes on where it was although runs were added meanwhile": async ({ store }) => {
    for (let i = 0; i < 6; i++) await store.create(newRun(`old ${i}`, { createdAt: start + i }));
    const first = await store.list({ limit: 3 });
    await store.create(newRun("new", { createdAt: start + 9 }));
    const second = await store.list({ limit: 3, cursor: first.next! });
    assert.deepEqual(
      [...first.runs, ...second.runs].map((run) => run.id),
      ["old 5", "old 4", "old 3", "old 2", "old 1", "old 0"],
    );
    assert.equal(second.next, undefined);
  },

  "list answers 100 runs where no limit is given": async ({ store }) => {
    for (let i = 0; i < 101; i++) await store.create(newRun(`run ${i}`));
    const page = await store.list({});
    assert.equal(page.runs.length, 100);
    assert.equal((await store.list({ cursor: page.next! })).runs.length, 1);
  },

  "list refuses a limit or a cursor that can't be": async ({ store }) => {
    for (const limit of [0, -1, 1.5, Number.NaN]) {
      await refuses("PERSISTENCE_QUERY_INVALID", () => store.list({ limit }));
    }
    await refuses("PERSISTENCE_QUERY_INVALID", () => store.list({ cursor: "somewhere" }));
  },
};

async function pages(store: FlowPersistence, query: RunQuery): Promise<RunRecord[]> {
  const runs: RunRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ ...query, ...(cursor !== undefined && { cursor }) });
    assert.ok(page.runs.length <= query.limit!);
    runs.push(...page.runs);
    cursor = page.next;
  } while (cursor !== undefined);
  return runs;
}
