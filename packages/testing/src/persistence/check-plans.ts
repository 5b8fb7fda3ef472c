import { strict as assert } from "node:assert";
import { thisOwner } from "millrace";
import { type Checks, refuses } from "./check.js";
import { newRun, row, seqs, signal, takenRun } from "./samples.js";

const plan = { format: 1, steps: [{ name: "write", loops: [0, 1] }], note: 'plain, Zürich, "quoted"', none: null };

export const planChecks: Checks = {
  "create keeps the plan by its hash, once": async ({ store }) => {
    await store.create(newRun("a", { planHash: "first", plan }));
    await store.create(newRun("b", { planHash: "first", plan }));
    await store.create(newRun("c", { planHash: "second", plan: { other: true } }));
    assert.deepEqual(await store.plan("first"), plan);
    assert.deepEqual(await store.plan("second"), { other: true });
  },

  "a plan that was not given is not there": async ({ store }) => {
    await store.create(newRun("a", { planHash: "first" }));
    assert.equal(await store.plan("first"), undefined);
    assert.equal(await store.plan("other"), undefined);
    await store.create(newRun("b", { planHash: "first", plan }));
    assert.deepEqual(await store.plan("first"), plan);
  },

  "append gives a run another plan, together with the rows": async ({ store }) => {
    const claim = await store.create(newRun("a", { planHash: "first", version: "1", plan: { n: 1 } }));
    await store.append(claim, { rows: [row(2)], plan: { planHash: "second", version: "2", plan: { n: 2 } } });
    const record = await store.get("a");
    assert.deepEqual([record?.planHash, record?.version, record?.position], ["second", "2", 2]);
    assert.deepEqual((await store.load("a"))?.record, record);
    assert.deepEqual([await store.plan("first"), await store.plan("second")], [{ n: 1 }, { n: 2 }]);
    await store.append(claim, { rows: [], plan: { planHash: "first", version: null } });
    assert.deepEqual([(await store.get("a"))?.planHash, (await store.get("a"))?.version], ["first", null]);
  },

  "rest gives a run another plan, or none when it finds a message": async ({ store }) => {
    const claim = await store.create(newRun("a", { planHash: "first", plan: { n: 1 } }));
    await store.post("a", signal("legal"));
    const other = { planHash: "second", version: "2", plan: { n: 2 } };
    assert.equal(await store.rest(claim, { rows: [row(2)], plan: other }, { status: "waiting" }), false);
    assert.equal((await store.get("a"))?.planHash, "first");
    assert.equal(await store.rest(claim, { rows: [row(2)], plan: other, inboxRead: 1 }, { status: "waiting" }), true);
    const record = await store.get("a");
    assert.deepEqual([record?.planHash, record?.version, record?.status], ["second", "2", "waiting"]);
    assert.deepEqual(await store.plan("second"), { n: 2 });
    await store.claim("a", thisOwner());
    assert.equal((await store.get("a"))?.planHash, "second");
  },

  "a stale claim gives no run another plan": async ({ store }) => {
    const { stale } = await takenRun(store, "a");
    const plan = { planHash: "second", version: "2", plan: { n: 2 } };
    await refuses("RUN_CLAIM_LOST", () => store.append(stale, { rows: [], plan }));
    await refuses("RUN_CLAIM_LOST", () => store.append(stale, { rows: [row(2)], plan }));
    assert.equal((await store.get("a"))?.planHash, "hash");
    assert.deepEqual(await seqs(store, "a"), [1]);
  },
};
