import { strict as assert } from "node:assert";
import { thisOwner } from "millrace";
import { type Checks, eventually, refuses } from "./check.js";
import { newRun, row, rows, seqs, signal, successes } from "./samples.js";

export const sharingChecks: Checks = {
  "what one instance stored another one reads": async ({ store, another }) => {
    const other = await another();
    const claim = await store.create(newRun("a", { session: "s" }));
    await store.append(claim, { rows: rows(2, 3), snapshot: { seq: 2, data: 1 } });
    await store.post("a", signal("legal"));
    assert.deepEqual(await other.load("a"), await store.load("a"));
    assert.deepEqual(await other.inbox("a", 0), await store.inbox("a", 0));
    assert.deepEqual(await other.list({ session: "s" }), await store.list({ session: "s" }));
    await refuses("RUN_EXISTS", () => other.create(newRun("a")));
  },

  "everything outlives the instance that stored it": async ({ store, another }) => {
    const claim = await store.create(newRun("a"));
    await store.append(claim, { rows: [row(2)], snapshot: { seq: 1, data: { n: 1 } } });
    await store.post("a", signal("legal", { id: "x" }));
    await store.rest(claim, { rows: [row(3)], inboxRead: 1 }, { status: "waiting", waitingFor: ["legal"] });
    const before = await store.load("a");
    await store.close();
    const later = await another();
    assert.deepEqual(await later.load("a"), before);
    assert.deepEqual(await later.post("a", signal("legal", { id: "x" })), { position: 1, repeated: true });
    const next = await later.claim("a", thisOwner());
    assert.ok(next.epoch > claim.epoch);
    await later.append(next, { rows: [row(4)] });
  },

  "a claim of one instance holds in the other, and what it writes is fenced there": async ({ store, another }) => {
    const other = await another();
    const claim = await store.create(newRun("a"));
    await refuses("RUN_OWNED", () => other.claim("a", thisOwner()));
    await store.release(claim);
    const taken = await other.claim("a", thisOwner());
    await refuses("RUN_OWNED", () => store.claim("a", thisOwner()));
    await other.append(taken, { rows: [row(2)] });
    await refuses("RUN_CLAIM_LOST", () => store.append(claim, { rows: [row(2)] }));
    await refuses("RUN_CLAIM_LOST", () => store.rest(claim, { rows: [] }, { status: "failed" }));
    assert.deepEqual(await store.heartbeat([claim]), [claim]);
    await other.rest(taken, { rows: [row(3)] }, { status: "completed" });
    assert.deepEqual(await seqs(store, "a"), [1, 2, 3]);
  },

  "of creates and claims through two instances at once exactly one succeeds": async ({ store, another }) => {
    const instances = [store, await another()];
    for (let i = 0; i < 10; i++) {
      const id = `run ${i}`;
      assert.equal(await successes(instances.map((instance) => () => instance.create(newRun(id)))), 1);
    }
    const claim = await store.create(newRun("a"));
    await store.release(claim);
    assert.equal(await successes(instances.map((instance) => () => instance.claim("a", thisOwner()))), 1);
  },

  "of runs of the same time the one created later is first, through whichever instance": async ({ store, another }) => {
    const other = await another();
    for (const [i, instance] of [store, store, store, other, store, other].entries()) {
      await instance.create(newRun(`${i}`));
    }
    for (const instance of [store, other]) {
      assert.deepEqual(
        (await instance.list({})).runs.map(({ id }) => id),
        ["5", "4", "3", "2", "1", "0"],
      );
    }
  },

  "two instances writing at once lose nothing": async ({ store, another }) => {
    const instances = [store, await another()];
    const write = async (instance: (typeof instances)[number], name: string) => {
      for (let i = 0; i < 5; i++) {
        const claim = await instance.create(newRun(`${name} ${i}`));
        for (let seq = 2; seq <= 10; seq++) {
          await instance.append(claim, { rows: [row(seq)] });
          await new Promise(setImmediate);
        }
      }
    };
    await Promise.all(instances.map((instance, i) => write(instance, `${i}`)));
    for (let i = 0; i < 10; i++) assert.equal((await seqs(store, `${i % 2} ${i >> 1}`)).length, 10);
  },

  "a post through one instance wakes a watcher of the other, and is found by its rest": async ({ store, another }) => {
    const other = await another();
    const claim = await store.create(newRun("a"));
    let woken = 0;
    const end = store.watch("a", () => woken++);
    for (let i = 1; i <= 3; i++) {
      const before = woken;
      await other.post("a", signal("legal", { id: `${i}` }));
      await eventually("the watcher is woken by another instance's post", () => woken > before);
      assert.equal((await store.inbox("a", i - 1)).length, 1);
    }
    end();
    assert.deepEqual(await store.post("a", signal("legal", { id: "1" })), { position: 1, repeated: true });
    assert.equal(await store.rest(claim, { rows: [], inboxRead: 2 }, { status: "completed" }), false);
  },

  "close waits for writes that are under way": async ({ store, another }) => {
    const claims = [await store.create(newRun("a")), await store.create(newRun("b"))];
    const writing = claims.map((claim) => store.append(claim, { rows: rows(2, 3) }));
    await store.close();
    await Promise.all(writing);
    const later = await another();
    for (const id of ["a", "b"]) assert.deepEqual(await seqs(later, id), [1, 2, 3]);
  },
};
