import { strict as assert } from "node:assert";
import { type JournalRow, thisOwner } from "millrace";
import { type Checks, refuses } from "./check.js";
import { newRun, restedRun, row, seqs, signal, start } from "./samples.js";

const origin = { run: "a", position: 3 };
const forked: JournalRow = {
  seq: 1,
  entry: { type: "forked", at: start + 9, from: origin, data: { seq: 1, state: { n: new Map([[1, 2n]]) } } },
};

export const forkChecks: Checks = {
  "create with `rest` stores a run at rest, which nobody has claimed": async ({ store }) => {
    const rest = { status: "waiting", waitingFor: [{ kind: "signal", name: "legal" }] } as const;
    const claim = await store.create(newRun("b", { forkedFrom: origin, rest, rows: [forked] }));
    assert.equal(claim.runId, "b");
    const record = {
      id: "b",
      flow: "Review",
      version: null,
      planHash: "hash",
      status: "waiting",
      createdAt: start,
      updatedAt: start + 9,
      forkedFrom: origin,
      waitingFor: rest.waitingFor,
      position: 1,
      inboxRead: 0,
      owned: false,
    };
    assert.deepEqual(await store.get("b"), record);
    assert.deepEqual(await store.load("b"), { record, rows: [forked] });
  },

  "the claim that create with `rest` answers was given up; another one is given": async ({ store }) => {
    const given = await store.create(newRun("b", { rest: { status: "waiting" } }));
    await refuses("RUN_CLAIM_LOST", () => store.append(given, { rows: [row(2)] }));
    assert.deepEqual(await store.heartbeat([given]), [given]);
    await store.post("b", signal("legal"));
    const claim = await store.claim("b", thisOwner());
    assert.ok(claim.epoch > given.epoch);
    await refuses("RUN_CLAIM_LOST", () => store.append(given, { rows: [row(2)] }));
    await store.append(claim, { rows: [row(2)], inboxRead: 1 });
    assert.deepEqual(await seqs(store, "b"), [1, 2]);
  },

  "create with `rest` takes every status at which a run can rest": async ({ store }) => {
    for (const status of ["waiting", "completed", "failed", "cancelled"] as const) {
      await store.create(newRun(status, { rest: { status } }));
      assert.equal((await store.get(status))?.status, status);
      if (status !== "waiting") await refuses("RUN_ENDED", () => store.post(status, signal("legal")));
    }
    await refuses("RUN_EXISTS", () => store.create(newRun("waiting", { rest: { status: "failed" } })));
    assert.equal((await store.get("waiting"))?.status, "waiting");
  },

  "a fork may be driven at once, too": async ({ store }) => {
    const claim = await store.create(newRun("b", { forkedFrom: origin, rows: [forked] }));
    assert.equal((await store.get("b"))?.owned, true);
    await store.append(claim, { rows: [row(2)] });
    assert.deepEqual((await store.get("b"))?.forkedFrom, origin);
  },

  "a run on the state of another one says so, and is found by it": async ({ store }) => {
    const continues = { run: "a", position: 3 };
    const claim = await store.create(newRun("b", { createdAt: start + 1, continues }));
    assert.equal((await store.get("b"))?.owned, true);
    await store.append(claim, { rows: [row(2)] });
    assert.deepEqual((await store.get("b"))?.continues, continues);
    await store.create(newRun("c", { createdAt: start + 2, continues, session: "s" }));
    await store.create(newRun("d", { createdAt: start + 3, continues: { run: "b", position: 1 }, forkedFrom: origin }));
    const ids = async (query: object) => (await store.list(query)).runs.map((run) => run.id).join(" ");
    assert.equal(await ids({ continues: "a" }), "c b");
    assert.equal(await ids({ continues: "a", session: "s" }), "c");
    assert.equal(await ids({ continues: "b", forkedFrom: "a" }), "d");
    assert.equal(await ids({ continues: "b", status: "failed" }), "");
    assert.equal(await ids({ continues: "nobody" }), "");
    assert.equal((await store.get("a"))?.continues, undefined);
  },

  "list finds the forks of a run, alone and with other filters": async ({ store }) => {
    await store.create(newRun("a"));
    const rest = { status: "waiting" } as const;
    await store.create(newRun("b", { createdAt: start + 1, forkedFrom: origin, rest }));
    await store.create(newRun("c", { createdAt: start + 2, forkedFrom: { run: "b", position: 1 }, rest }));
    await restedRun(store, newRun("d", { createdAt: start + 3, forkedFrom: origin, parent: "p" }), {
      status: "failed",
    });
    const ids = async (query: object) => (await store.list(query)).runs.map((run) => run.id).join(" ");
    assert.equal(await ids({ forkedFrom: "a" }), "d b");
    assert.equal(await ids({ forkedFrom: "b" }), "c");
    assert.equal(await ids({ forkedFrom: "nobody" }), "");
    assert.equal(await ids({ forkedFrom: "a", status: "waiting" }), "b");
    assert.equal(await ids({ forkedFrom: "a", flow: "Review", parent: "p" }), "d");
    assert.equal(await ids({ forkedFrom: "a", flow: "Order" }), "");
    assert.equal(await ids({ forkedFrom: "a", to: start + 2 }), "b");
  },
};
