import { strict as assert } from "node:assert";
import { FlowError } from "millrace";
import { type Checks, refuses } from "./check.js";
import { newRun, row, rows, seqs, start, takenRun } from "./samples.js";

async function outcomeOf(call: () => unknown): Promise<string> {
  try {
    await call();
    return "stored";
  } catch (error) {
    return FlowError.is(error) ? error.code : String(error);
  }
}

export const appendChecks: Checks = {
  "append stores rows in order, one and several at a time": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    await store.append(claim, { rows: [row(2)] });
    await store.append(claim, { rows: rows(3, 6) });
    await store.append(claim, { rows: [row(7)] });
    const run = await store.load("a");
    assert.deepEqual(run?.rows.slice(1), rows(2, 7));
    assert.equal(run?.record.position, 7);
    assert.equal(run?.record.updatedAt, start + 7);
  },

  "appends of one run made without waiting are stored in the order of the calls": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    await store.create(newRun("b"));
    await Promise.all(rows(2, 40).map((next) => store.append(claim, { rows: [next] })));
    assert.deepEqual((await store.load("a"))?.rows.slice(1), rows(2, 40));
  },

  "appends of many runs at once are all stored, each in its own run": async ({ store }) => {
    const ids = Array.from({ length: 100 }, (_, i) => `run ${i}`);
    await Promise.all(
      ids.map(async (id, i) => {
        const claim = await store.create(newRun(id));
        for (let seq = 2; seq <= 6; seq++) await store.append(claim, { rows: [row(seq, `${id}/${seq}`)] });
        await store.rest(claim, { rows: [row(7, i)] }, { status: "completed" });
      }),
    );
    for (const [i, id] of ids.entries()) {
      const outputs = (await store.history(id, { after: 1 })).map(
        ({ entry }) => entry.type === "completed" && entry.output,
      );
      assert.deepEqual(outputs, [2, 3, 4, 5, 6].map((seq): unknown => `${id}/${seq}`).concat(i));
      assert.equal((await store.get(id))?.status, "completed");
    }
  },

  "of several writes at once only those that must fail do": async ({ store }) => {
    const { stale, claim } = await takenRun(store, "a");
    const other = await store.create(newRun("b"));
    const calls = [
      () => store.append(other, { rows: [row(2)] }),
      () => store.append(stale, { rows: rows(2, 4) }),
      () => store.create(newRun("b")),
      () => store.create(newRun("c")),
      () => store.rest(stale, { rows: [row(2)] }, { status: "failed" }),
      () => store.append(claim, { rows: [row(2)] }),
    ];
    const codes = await Promise.all(calls.map(outcomeOf));
    assert.deepEqual(codes, ["stored", "RUN_CLAIM_LOST", "RUN_EXISTS", "stored", "RUN_CLAIM_LOST", "stored"]);
    for (const [id, expected] of Object.entries({ a: [1, 2], b: [1, 2], c: [1] })) {
      assert.deepEqual(await seqs(store, id), expected);
    }
  },

  "append keeps snapshot and inbox position with its rows or alone": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    await store.append(claim, { rows: rows(2, 3), snapshot: { seq: 3, data: { n: 3 } }, inboxRead: 2 });
    const run = await store.load("a");
    assert.deepEqual(run?.snapshot, { seq: 3, data: { n: 3 } });
    assert.deepEqual(run?.rows, []);
    assert.equal(run?.record.inboxRead, 2);
    await store.append(claim, { rows: [], snapshot: { seq: 3, data: { n: 4 } } });
    await store.append(claim, { rows: [], inboxRead: 5 });
    await store.append(claim, { rows: [], inboxRead: 4 });
    await store.append(claim, { rows: [] });
    const later = await store.load("a");
    assert.deepEqual(later?.snapshot, { seq: 3, data: { n: 4 } });
    assert.equal(later?.record.inboxRead, 5);
    assert.equal(later?.record.position, 3);
  },

  "append refuses a row whose seq is stored already, and stores nothing of its batch": async ({ store }) => {
    const claim = await store.create(newRun("a", { rows: rows(1, 3) }));
    await refuses("INTERNAL", () => store.append(claim, { rows: [row(3)] }));
    await refuses("INTERNAL", () => store.append(claim, { rows: [row(4), row(4)], inboxRead: 9 }));
    assert.deepEqual((await store.load("a"))?.rows, rows(1, 3));
    assert.equal((await store.get("a"))?.inboxRead, 0);
    await store.append(claim, { rows: [row(4)] });
  },
};
