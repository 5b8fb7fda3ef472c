import { strict as assert } from "node:assert";
import type { FlowPersistence, Snapshot } from "millrace";
import { type Checks, refuses } from "./check.js";
import { endedRun, newRun, row, rows, seqs } from "./samples.js";

/** Compacts to the end; answers how many entries went. */
async function compactAll(store: FlowPersistence, id: string, snapshot: Snapshot): Promise<number> {
  for (let dropped = 0; ; ) {
    const { entries, more } = await store.compact(id, snapshot);
    dropped += entries;
    if (!more) return dropped;
  }
}

export const compactChecks: Checks = {
  "compact drops what its snapshot covers, and leaves the run where it stands": async ({ store }) => {
    await endedRun(store, "a", 9);
    await endedRun(store, "b", 2);
    const before = await store.get("a");
    assert.equal(await compactAll(store, "a", { seq: 8, data: { n: 8 } }), 8);
    assert.deepEqual(await store.load("a"), { record: before, snapshot: { seq: 8, data: { n: 8 } }, rows: [row(9)] });
    assert.deepEqual(await store.history("a"), [row(9)]);
    assert.deepEqual(await store.history("a", { after: 3, limit: 1 }), [row(9)]);
    assert.equal(await compactAll(store, "a", { seq: 8, data: { n: 8 } }), 0);
    assert.deepEqual(await seqs(store, "b"), [1, 2]);
  },

  "compact never drops the newest entry": async ({ store }) => {
    await endedRun(store, "a", 4);
    const before = await store.get("a");
    assert.equal(await compactAll(store, "a", { seq: 4, data: 4 }), 3);
    assert.deepEqual(await store.get("a"), before);
    assert.deepEqual(await store.load("a"), { record: before, snapshot: { seq: 4, data: 4 }, rows: [] });
    assert.deepEqual(await seqs(store, "a"), [4]);
  },

  "compact keeps a snapshot that is newer than its own": async ({ store }) => {
    const claim = await store.create(newRun("a", { rows: rows(1, 6) }));
    await store.append(claim, { rows: [], snapshot: { seq: 5, data: 5 } });
    assert.equal(await compactAll(store, "a", { seq: 2, data: 2 }), 2);
    assert.deepEqual((await store.load("a"))?.snapshot, { seq: 5, data: 5 });
    assert.deepEqual(await seqs(store, "a"), [3, 4, 5, 6]);
    assert.equal(await compactAll(store, "a", { seq: 5, data: 0 }), 3);
    assert.deepEqual((await store.load("a"))?.snapshot, { seq: 5, data: 5 });
  },

  "a run that is being driven goes on after it was compacted": async ({ store }) => {
    const claim = await store.create(newRun("a", { rows: rows(1, 3) }));
    await compactAll(store, "a", { seq: 3, data: 3 });
    await store.append(claim, { rows: rows(4, 5) });
    assert.deepEqual((await store.load("a"))?.rows, rows(4, 5));
    await store.append(claim, { rows: [row(6)], snapshot: { seq: 6, data: 6 } });
    assert.equal(await store.rest(claim, { rows: [row(7)] }, { status: "completed" }), true);
    assert.deepEqual((await store.load("a"))?.snapshot, { seq: 6, data: 6 });
    assert.deepEqual(await seqs(store, "a"), [3, 4, 5, 6, 7]);
    assert.deepEqual(await store.prune({}), { runs: 1, entries: 5 });
  },

  "a long journal is compacted in steps": async ({ store }) => {
    await endedRun(store, "a", 5000);
    assert.equal(await compactAll(store, "a", { seq: 4999, data: null }), 4999);
    assert.deepEqual(await seqs(store, "a"), [5000]);
  },

  "compact refuses a run that is not stored": async ({ store }) => {
    await refuses("RUN_NOT_FOUND", () => store.compact("nobody", { seq: 1, data: 1 }));
  },
};
