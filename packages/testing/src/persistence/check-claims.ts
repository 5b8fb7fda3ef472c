import { strict as assert } from "node:assert";
import { thisOwner } from "millrace";
import { type Checks, refuses } from "./check.js";
import { newRun, restedRun, row, seqs, successes, takenRun } from "./samples.js";

export const claimChecks: Checks = {
  "claim refuses a run that is not stored": async ({ store }) => {
    await refuses("RUN_NOT_FOUND", () => store.claim("nobody", thisOwner()));
  },

  "claim refuses a run with a live claim, even to the owner of that claim": async ({ store }) => {
    const { owner } = await store.create(newRun("a"));
    await refuses("RUN_OWNED", () => store.claim("a", thisOwner()));
    await refuses("RUN_OWNED", () => store.claim("a", owner));
  },

  "claim takes a released run, with a higher epoch, and its status stays running": async ({ store }) => {
    const first = await store.create(newRun("a"));
    await store.release(first);
    assert.equal((await store.get("a"))?.owned, false);
    const owner = thisOwner();
    const second = await store.claim("a", owner);
    assert.deepEqual({ ...second, epoch: 0 }, { runId: "a", epoch: 0, owner });
    assert.ok(second.epoch > first.epoch);
    const record = await store.get("a");
    assert.equal(record?.owned, true);
    assert.equal(record?.status, "running");
  },

  "claim takes a parked or ended run, which is running then and waits for nothing": async ({ store }) => {
    for (const status of ["waiting", "failed", "cancelled", "completed"] as const) {
      await restedRun(store, newRun(status), { status, waitingFor: ["legal"] });
      await store.claim(status, thisOwner());
      const record = await store.get(status);
      assert.equal(record?.status, "running");
      assert.equal(record?.waitingFor, undefined);
    }
  },

  "of many claims at once exactly one succeeds": async ({ store }) => {
    await store.release(await store.create(newRun("a")));
    const claims = Array.from({ length: 8 }, () => () => store.claim("a", thisOwner()));
    assert.equal(await successes(claims), 1);
  },

  "epochs grow with every claim": async ({ store }) => {
    let claim = await store.create(newRun("a"));
    for (let i = 0; i < 5; i++) {
      if (i % 2 === 0) await store.release(claim);
      else await store.rest(claim, { rows: [] }, { status: "waiting" });
      const next = await store.claim("a", thisOwner());
      assert.ok(next.epoch > claim.epoch);
      claim = next;
    }
  },

  "a stale claim writes nothing: append, rest, heartbeat and release": async ({ store }) => {
    const { stale, claim } = await takenRun(store, "a");
    const before = await store.load("a");
    const batch = { rows: [row(2)], snapshot: { seq: 2, data: {} }, inboxRead: 3 };
    await refuses("RUN_CLAIM_LOST", () => store.append(stale, batch));
    await refuses("RUN_CLAIM_LOST", () => store.append(stale, { rows: [row(2), row(3)] }));
    await refuses("RUN_CLAIM_LOST", () => store.append(stale, { rows: [], inboxRead: 3 }));
    await refuses("RUN_CLAIM_LOST", () => store.rest(stale, batch, { status: "completed" }));
    assert.deepEqual(await store.heartbeat([stale, claim]), [stale]);
    await store.release(stale);
    assert.deepEqual(await store.load("a"), before);
    await store.append(claim, { rows: [row(2)] });
    assert.deepEqual(await seqs(store, "a"), [1, 2]);
  },

  "a claim that was given up writes nothing": async ({ store }) => {
    const released = await store.create(newRun("a"));
    await store.release(released);
    await refuses("RUN_CLAIM_LOST", () => store.append(released, { rows: [row(2)] }));
    const rested = await store.create(newRun("b"));
    await store.rest(rested, { rows: [] }, { status: "waiting" });
    await refuses("RUN_CLAIM_LOST", () => store.append(rested, { rows: [row(2)] }));
    await refuses("RUN_CLAIM_LOST", () => store.rest(rested, { rows: [] }, { status: "completed" }));
    assert.deepEqual(await store.heartbeat([released, rested]), [released, rested]);
    assert.equal((await store.get("b"))?.status, "waiting");
    await store.release(rested);
  },

  "heartbeats of no claims and of unknown runs": async ({ store }) => {
    assert.deepEqual(await store.heartbeat([]), []);
    const unknown = { runId: "nobody", epoch: 1, owner: thisOwner() };
    assert.deepEqual(await store.heartbeat([unknown]), [unknown]);
    await store.release(unknown);
    await refuses("RUN_CLAIM_LOST", () => store.append(unknown, { rows: [row(1)] }));
  },
};
