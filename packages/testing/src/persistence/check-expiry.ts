import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { type Claim, FlowError, type FlowPersistence, thisOwner } from "millrace";
import { type Checks, expire, refuses } from "./check.js";
import { newRun, row, start } from "./samples.js";

/** A claim may have run out by now, however long the machine took over what came after `began`. */
const mayHaveExpired = ({ claimMs }: FlowPersistence, began: number): boolean =>
  claimMs !== undefined && performance.now() - began >= claimMs - 1;

/** A heartbeat keeps these claims, and not the lost ones beside them; tried again where the machine took longer than claims live. */
async function keepAlive(store: FlowPersistence, claims: readonly Claim[], lost: readonly Claim[] = []): Promise<void> {
  for (let mine = [...claims]; ; ) {
    const began = performance.now();
    assert.deepEqual(await store.heartbeat([...lost, ...mine]), lost);
    const taken = await Promise.all(mine.map((claim) => claimOf(store, claim.runId)));
    if (taken.every((claim) => claim === undefined)) return;
    assert.ok(mayHaveExpired(store, began), "A claim was given away although a heartbeat has prolonged it.");
    mine = mine.map((claim, i) => taken[i] ?? claim);
  }
}

/** A claim of a run; undefined: somebody has it. */
async function claimOf(store: FlowPersistence, id: string): Promise<Claim | undefined> {
  try {
    return await store.claim(id, thisOwner());
  } catch (error) {
    if (FlowError.is(error, "RUN_OWNED")) return undefined;
    throw error;
  }
}

/** These wait until claims expire: they want a store whose claims live for a short time. */
export const expiryChecks: Checks = {
  "a claim without heartbeats expires after claimMs; without claimMs it never does": async ({ store }) => {
    const began = performance.now();
    const claim = await store.create(newRun("a"));
    if (store.claimMs === undefined) {
      assert.deepEqual(await store.heartbeat([claim]), []);
      return refuses("RUN_OWNED", () => store.claim("a", thisOwner()));
    }
    const { runs } = await store.due({ until: start });
    if (!mayHaveExpired(store, began)) assert.deepEqual(runs, []);
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
    await keepAlive(store, [claim]);
  },

  "a heartbeat of several claims prolongs all that stand, and answers those that are lost": async ({ store }) => {
    const lost = await store.create(newRun("lost"));
    await store.release(lost);
    const claims = [await store.create(newRun("a")), await store.create(newRun("b"))];
    if (store.claimMs !== undefined) await expire(store);
    await keepAlive(store, claims, [lost]);
    assert.equal((await store.get("lost"))?.owned, false);
  },

  "a dead owner's run is free: at once where that can be seen, else when the claim expires": async ({ store }) => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const began = performance.now();
    await store.create(newRun("a", { owner: { ...thisOwner(), pid, pidStart: "0" } }));
    if ((await store.get("a"))?.owned) {
      const early = await claimOf(store, "a");
      assert.ok(early === undefined || mayHaveExpired(store, began), "A run that is owned was given away.");
      await expire(store);
    }
    assert.deepEqual((await store.due({ until: start })).runs, [{ id: "a", flow: "Review" }]);
    const taking = performance.now();
    await store.claim("a", thisOwner());
    const taken = await store.get("a");
    if (!mayHaveExpired(store, taking)) assert.equal(taken?.owned, true);
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
