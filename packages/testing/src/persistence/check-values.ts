import { strict as assert } from "node:assert";
import type { JournalEntry } from "millrace";
import type { Checks } from "./check.js";
import { call, everyValue, newRun, start } from "./samples.js";

const at = start;
const error = { code: "STEP_FAILED", message: "no", retryable: true, cause: { name: "Error", message: "no" } } as const;

function everyEntry(): JournalEntry[] {
  const value = everyValue();
  return [
    { type: "started", at, inputs: value, state: value },
    { type: "completed", at, ...call(1), output: value },
    {
      type: "completed",
      at,
      ...call(2),
      output: "good",
      labels: [{ label: "good", payload: value }],
      patches: [
        { op: "set", path: ["map", 7n, null, true, 0], value },
        { op: "delete", path: ["gone"] },
        { op: "append", path: ["list"], values: [value, undefined] },
        { op: "members", path: ["set"], add: [1n], remove: ["x"] },
      ],
    },
    { type: "skipped", at, ...call(3), number: 7, turn: [0, 2, 3, 0] },
    { type: "attempt-failed", at, ...call(4), attempt: 1, error, retryAt: at + 1000 },
    { type: "failed", at, ...call(4), attempt: 2, error },
    { type: "signal", at, name: "legal", payload: value, position: 1 },
    { type: "resumed", at },
    { type: "cancelled", at, reason: "enough", position: 2 },
    { type: "ended", at, status: "completed", output: value },
    { type: "ended", at, status: "failed", error },
  ];
}

export const valueChecks: Checks = {
  "every kind of entry survives, with every kind of value": async ({ store }) => {
    const written = everyEntry().map((entry, i) => ({ seq: i + 1, entry }));
    await store.create(newRun("a", { rows: written }));
    assert.deepEqual(await store.history("a"), written);
    assert.deepEqual((await store.load("a"))?.rows, written);
  },

  "a result of undefined is read as undefined": async ({ store }) => {
    const entry: JournalEntry = { type: "completed", at, ...call(1), output: undefined };
    await store.create(newRun("a", { rows: [{ seq: 1, entry }] }));
    const [stored] = await store.history("a");
    assert.equal(stored?.entry.type === "completed" && stored.entry.output, undefined);
  },

  "a URL survives": async ({ store }) => {
    const entry: JournalEntry = { type: "completed", at, ...call(1), output: new URL("https://example.org/a?b=c#d") };
    await store.create(newRun("a", { rows: [{ seq: 1, entry }] }));
    const [stored] = await store.history("a");
    const output = stored?.entry.type === "completed" && stored.entry.output;
    assert.ok(output instanceof URL);
    assert.equal(output.href, "https://example.org/a?b=c#d");
  },

  "snapshot data and what a run waits for keep every kind of value": async ({ store }) => {
    const claim = await store.create(newRun("a"));
    const data = { state: everyValue(), held: [everyValue()] };
    await store.append(claim, { rows: [], snapshot: { seq: 1, data } });
    await store.rest(claim, { rows: [] }, { status: "waiting", waitingFor: [everyValue()] });
    const run = await store.load("a");
    assert.deepEqual(run?.snapshot?.data, data);
    assert.deepEqual(run?.record.waitingFor, [everyValue()]);
  },

  "values of a megabyte survive": async ({ store }) => {
    const big = { text: "0123456789abcdef".repeat(65_536), list: Array.from({ length: 10_000 }, (_, i) => ({ i })) };
    const entry: JournalEntry = { type: "completed", at, ...call(1), output: big };
    const claim = await store.create(newRun("a", { rows: [{ seq: 1, entry }] }));
    await store.append(claim, { rows: [{ seq: 2, entry }], snapshot: { seq: 1, data: big } });
    await store.post("a", { kind: "signal", name: "big", payload: big, at });
    assert.deepEqual(await store.history("a", { after: 1 }), [{ seq: 2, entry }]);
    assert.deepEqual((await store.load("a"))?.snapshot, { seq: 1, data: big });
    assert.deepEqual((await store.inbox("a", 0))[0]?.payload, big);
  },

  "ids and names of any text are kept apart": async ({ store }) => {
    const odd = [
      "",
      " ",
      "a",
      "A",
      "ä",
      "a\u0308",
      "'; DROP TABLE run; --",
      "日本",
      "x".repeat(1000),
      "%",
      "_",
      "a/b?c#d",
    ];
    for (const id of odd) await store.create(newRun(id, { flow: id, session: id, version: id, planHash: id }));
    for (const id of odd) {
      const record = await store.get(id);
      assert.deepEqual(
        [record?.id, record?.flow, record?.session, record?.version, record?.planHash],
        [id, id, id, id, id],
      );
      assert.deepEqual((await store.list({ session: id })).runs, [record]);
    }
  },
};
