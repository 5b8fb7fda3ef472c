import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { thisOwner } from "millrace";
import { type Checks, codeOf, expire, refuses } from "./check.js";
import { newRun, row, start } from "./samples.js";

/** These wait until claims expire: they want a store whose claims live for a short time. */
export const expiryChecks: Checks = {
  "a claim without heartbeats expires after claimMs; without claimMs it never does": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    if (store.claimMs === undefined) {
      assert.deepEqual(await store.heartbeat([claim]), []);
      return refuses("RUN_OWNED", () => store.claim("a", thisOwner()));
    }
    assert.deepEqual((await store.due({ until: start })).runs, []);
    await expire(store);
    assert.equal((await store.get("a"))?.owned, false);
    assert.deepEqual((await store.due({ until: start })).runs, [{ id: "a", flow: "Review" }]);
    const taker = await store.claim("a", thisOwner());
    assert.ok(taker.epoch > claim.epoch);
    await refuses("RUN_CLAIM_LOST", () => store.append(claim, { rows: [row(2)] }));
  },

  "an expired claim that nobody took still writes, and a heartbeat revives it": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    if (store.claimMs !== undefined) await expire(store);
    await store.append(claim, { rows: [row(2)] });
    assert.deepEqual(await store.heartbeat([claim]), []);
    await refuses("RUN_OWNED", () => store.claim("a", thisOwner()));
  },

  "a heartbeat of several claims prolongs all that stand, and answers those that are lost": async ({ store }) => {
    const lost = await store.create(newRun("lost"));
    await store.release(lost);
    const claims = [lost, await store.create(newRun("a")), await store.create(newRun("b"))];
    if (store.claimMs !== undefined) await expire(store);
    assert.deepEqual(await store.heartbeat(claims), [lost]);
    for (const id of ["a", "b"]) await refuses("RUN_OWNED", () => store.claim(id, thisOwner()));
    assert.equal((await store.get("lost"))?.owned, false);
  },

  "a dead owner's run is free: at once where that can be seen, else when the claim expires": async ({ store }) => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await store.create(newRun("a", { owner: { ...thisOwner(), pid, pidStart: "0" } }));
    const owned = (await store.get("a"))?.owned;
    if (owned) {
      assert.equal(await codeOf(() => store.claim("a", thisOwner())), "RUN_OWNED");
      await expire(store);
    }
    assert.deepEqual((await store.due({ until: start })).runs, [{ id: "a", flow: "Review" }]);
    await store.claim("a", thisOwner());
    assert.equal((await store.get("a"))?.owned, true);
  },
};

export const sharedExpiryChecks: Checks = {
  "a claim that expired is taken through another instance, and the owner finds it lost": async ({ store, another }) => {
    const other = await another();
    const claim = await store.create(newRun("a"));
    if (store.claimMs === undefined) return refuses("RUN_OWNED", () => other.claim("a", thisOwner()));
    await expire(store);
    const taken = await other.claim("a", thisOwner());
    await refuses("RUN_CLAIM_LOST", () => store.append(claim, { rows: [row(2)] }));
    await other.append(taken, { rows: [row(2)] });
  },
};
