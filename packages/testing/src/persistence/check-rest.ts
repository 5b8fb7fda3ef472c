import { strict as assert } from "node:assert";
import { thisOwner } from "millrace";
import type { Checks } from "./check.js";
import { newRun, row, rows, seqs, signal } from "./samples.js";

export const restChecks: Checks = {
  "rest stores its batch, sets the status and gives the claim up": async ({ store }) => {
    for (const status of ["completed", "failed", "cancelled", "waiting"] as const) {
      const claim = await store.create(newRun(status));
      const batch = { rows: rows(2, 3), snapshot: { seq: 3, data: status }, inboxRead: 0 };
      assert.equal(await store.rest(claim, batch, { status }), true);
      const run = await store.load(status);
      assert.equal(run?.record.status, status);
      assert.equal(run?.record.owned, false);
      assert.deepEqual(run?.snapshot, { seq: 3, data: status });
      assert.deepEqual(await seqs(store, status), [1, 2, 3]);
    }
  },

  "rest keeps what a parked run waits for": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    const waitingFor = [{ kind: "signal", name: "legal", steps: ["publish"] }];
    await store.rest(claim, { rows: [] }, { status: "waiting", waitingFor });
    assert.deepEqual((await store.get("a"))?.waitingFor, waitingFor);
  },

  "rest finds an unread message: it answers false, stores nothing, and the claim stands": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    await store.post("a", signal("legal"));
    const before = await store.load("a");
    const batch = { rows: [row(2)], snapshot: { seq: 2, data: {} } };
    assert.equal(await store.rest(claim, batch, { status: "waiting", waitingFor: [1] }), false);
    assert.equal(await store.rest(claim, { ...batch, inboxRead: 0 }, { status: "completed" }), false);
    assert.deepEqual(await store.load("a"), before);
    await store.append(claim, { rows: [row(2)], inboxRead: 1 });
    assert.equal(await store.rest(claim, { rows: [row(3)] }, { status: "completed" }), true);
    assert.deepEqual(await seqs(store, "a"), [1, 2, 3]);
  },

  "rest reads the inbox position from its batch first, else from what was read before": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    for (const name of ["one", "two"]) await store.post("a", signal(name));
    assert.equal(await store.rest(claim, { rows: [], inboxRead: 1 }, { status: "waiting" }), false);
    assert.equal((await store.get("a"))?.inboxRead, 0);
    assert.equal(await store.rest(claim, { rows: [], inboxRead: 2 }, { status: "waiting" }), true);
    assert.equal((await store.get("a"))?.inboxRead, 2);
    const next = await store.claim("a", thisOwner());
    assert.equal(await store.rest(next, { rows: [], inboxRead: 1 }, { status: "completed" }), true);
    assert.equal((await store.get("a"))?.inboxRead, 2);
  },

  "a message and a rest at once: either the rest finds the message, or the post finds where the run stands": async ({
    store,
  }) => {
    for (let i = 0; i < 20; i++) {
      const id = `run ${i}`;
      const claim = await store.create(newRun(id));
      const resting = Promise.resolve(store.rest(claim, { rows: [] }, { status: "completed" }));
      const posting = (async () => store.post(id, signal("legal")))().then(
        () => true,
        () => false,
      );
      assert.notEqual(await resting, await posting);
      assert.equal((await store.inbox(id, 0)).length, (await posting) ? 1 : 0);
    }
  },
};
