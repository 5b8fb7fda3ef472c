import { strict as assert } from "node:assert";
import { type Checks, refuses } from "./check.js";
import { newRun, row, rows, seqs } from "./samples.js";

export const readChecks: Checks = {
  "get and load answer undefined for a run that is not stored": async ({ store }) => {
    assert.equal(await store.get("nobody"), undefined);
    assert.equal(await store.load("nobody"), undefined);
  },

  "load answers the newest snapshot and the rows after it": async ({ store }) => {
    const claim = await store.create(newRun("a", { rows: rows(1, 3) }));
    assert.deepEqual((await store.load("a"))?.rows, rows(1, 3));
    await store.append(claim, { rows: [row(4)], snapshot: { seq: 2, data: { at: 2 } } });
    assert.deepEqual((await store.load("a"))?.rows, rows(3, 4));
    await store.append(claim, { rows: rows(5, 8), snapshot: { seq: 6, data: { at: 6 } } });
    const run = await store.load("a");
    assert.deepEqual(run?.snapshot, { seq: 6, data: { at: 6 } });
    assert.deepEqual(run?.rows, rows(7, 8));
    assert.deepEqual(await seqs(store, "a"), [1, 2, 3, 4, 5, 6, 7, 8]);
  },

  "load shows the run as of one moment while it is written": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    await store.create(newRun("b"));
    const writing = (async () => {
      for (let seq = 2; seq <= 120; seq += 2) {
        const snapshot = seq % 10 === 0 ? { snapshot: { seq, data: seq } } : {};
        await store.append(claim, { rows: rows(seq, seq + 1), inboxRead: seq, ...snapshot });
      }
    })();
    for (let position = 1; position < 121; ) {
      const run = await store.load("a");
      const first = (run?.snapshot?.seq ?? 0) + 1;
      assert.deepEqual(
        run?.rows.map(({ seq }) => seq),
        rows(first, run!.record.position).map(({ seq }) => seq),
      );
      assert.equal(run?.record.inboxRead, Math.max(0, run!.record.position - 1));
      position = run!.record.position;
      await new Promise(setImmediate);
    }
    await writing;
  },

  "history answers windows of the journal": async ({ store }) => {
    await store.create(newRun("a", { rows: rows(1, 9) }));
    await store.create(newRun("b", { rows: rows(1, 2) }));
    assert.deepEqual(await store.history("a"), rows(1, 9));
    assert.deepEqual(await store.history("a", { after: 7 }), rows(8, 9));
    assert.deepEqual(await store.history("a", { limit: 2 }), rows(1, 2));
    assert.deepEqual(await store.history("a", { after: 3, limit: 4 }), rows(4, 7));
    assert.deepEqual(await store.history("a", { after: 9 }), []);
    assert.deepEqual(await store.history("a", { after: 99, limit: 1 }), []);
    assert.deepEqual(await store.history("b"), rows(1, 2));
    await refuses("RUN_NOT_FOUND", () => store.history("nobody"));
  },

  "a run of 10,000 entries is written, loaded and read in windows": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    for (let seq = 2; seq < 1000; seq++) await store.append(claim, { rows: [row(seq)] });
    for (let seq = 1000; seq < 10_000; seq += 1000) await store.append(claim, { rows: rows(seq, seq + 999) });
    await store.append(claim, { rows: [row(10_000)] });
    const run = await store.load("a");
    assert.equal(run?.record.position, 10_000);
    assert.deepEqual(run?.rows.slice(1), rows(2, 10_000));
    assert.deepEqual(await store.history("a", { after: 9_990 }), rows(9_991, 10_000));
    assert.deepEqual(await store.history("a", { after: 5_000, limit: 3 }), rows(5_001, 5_003));
  },
};
