import { strict as assert } from "node:assert";
import { type Checks, refuses } from "./check.js";
import { newRun, row, rows, seqs, start, successes } from "./samples.js";

export const createChecks: Checks = {
  "create stores the run with its first rows, status running and a claim of epoch 1": async ({ store }) => {
    const run = newRun("a", { version: "1.2.0", session: "s", parent: "p", rows: rows(1, 2) });
    const claim = await store.create(run);
    assert.deepEqual(claim, { runId: "a", epoch: 1, owner: run.owner });
    const record = {
      id: "a",
      flow: "Review",
      version: "1.2.0",
      planHash: "hash",
      status: "running",
      createdAt: start,
      updatedAt: start + 2,
      session: "s",
      parent: "p",
      position: 2,
      inboxRead: 0,
      owned: true,
    };
    assert.deepEqual(await store.get("a"), record);
    assert.deepEqual(await store.load("a"), { record, rows: run.rows });
  },

  "create leaves out what a run does not have": async ({ store }) => {
    await store.create(newRun("a", { rows: [] }));
    const record = await store.get("a");
    assert.deepEqual(record, {
      id: "a",
      flow: "Review",
      version: null,
      planHash: "hash",
      status: "running",
      createdAt: start,
      updatedAt: start,
      position: 0,
      inboxRead: 0,
      owned: true,
    });
  },

  "create refuses an id that is stored, and leaves that run as it was": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    const before = await store.load("a");
    await refuses("RUN_EXISTS", () => store.create(newRun("a", { flow: "Other", rows: rows(1, 3) })));
    assert.deepEqual(await store.load("a"), before);
    await store.append(claim, { rows: [row(2)] });
    assert.deepEqual(await seqs(store, "a"), [1, 2]);
  },

  "of many creates of one id at once exactly one succeeds": async ({ store }) => {
    const creates = Array.from({ length: 8 }, () => () => store.create(newRun("a")));
    assert.equal(await successes(creates), 1);
    assert.deepEqual(await seqs(store, "a"), [1]);
  },
};
