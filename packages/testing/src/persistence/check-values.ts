import { strict as assert } from "node:assert";
import type { EntryOf, JournalEntry } from "millrace";
import type { Checks } from "./check.js";
import { call, everyValue, newRun, start } from "./samples.js";

const at = start;
const error = { code: "STEP_FAILED", message: "no", retryable: true, cause: { name: "Error", message: "no" } } as const;

/** Some of each kind: a new kind does not compile until it stands here. */
function everyEntry(): JournalEntry[] {
  const value = everyValue();
  const asked = { key: "ask 1", id: "a/ask/1/ask 1", prompt: "Good?", schema: { type: "string" } };
  const child = { key: "Child-1", run: "a/go/1/Child-1", flow: "Child" };
  const approval = { id: "q", prompt: "Publish?", schema: {}, outcomes: ["yes", "no"], until: at + 9 };
  const onTimeout = { outcome: "no", feedback: value };
  const samples: { readonly [T in JournalEntry["type"]]: readonly EntryOf<T>[] } = {
    started: [
      { type: "started", at, inputs: value, state: value },
      {
        type: "started",
        at,
        inputs: null,
        state: {},
        path: [{ run: "p", flow: "Parent", step: "go", number: 2, index: 0 }],
      },
    ],
    completed: [
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
      {
        type: "completed",
        at,
        ...call(3),
        index: 0,
        turn: [0, 1],
        output: value,
        approval: { ...approval, onTimeout },
      },
    ],
    skipped: [{ type: "skipped", at, ...call(3), number: 7, turn: [0, 2, 3, 0] }],
    "attempt-failed": [{ type: "attempt-failed", at, ...call(4), attempt: 1, error, retryAt: at + 1000 }],
    once: [{ type: "once", at, ...call(5), key: "mail", output: value }],
    timer: [{ type: "timer", at, ...call(5), key: "sleep 1", until: at + 5 }],
    asked: [
      { type: "asked", at, ...call(5), ...asked, until: at + 5 },
      { type: "asked", at, ...call(5), ...asked, value, outcomes: ["yes", "no"] },
    ],
    answered: [
      { type: "answered", at, ...call(5), key: "ask 1", id: asked.id, answer: { value }, position: 3 },
      { type: "answered", at, ...call(5), key: "ask 1", id: asked.id, answer: { timedOut: true } },
      {
        type: "answered",
        at,
        ...call(5),
        key: "",
        id: "q",
        answer: { value: { outcome: "yes" } },
        label: { label: "yes", payload: value },
      },
    ],
    child: [
      { type: "child", at, ...call(6), ...child, status: "started" },
      {
        type: "child",
        at,
        ...call(6),
        ...child,
        status: "waiting",
        waitingFor: [{ kind: "signal", name: "legal", steps: ["publish"] }],
      },
      { type: "child", at, ...call(6), ...child, status: "completed", output: value, position: 4 },
      { type: "child", at, ...call(6), ...child, status: "failed", error },
    ],
    failed: [{ type: "failed", at, ...call(4), attempt: 2, error }],
    signal: [{ type: "signal", at, name: "legal", payload: value, position: 1 }],
    annotated: [{ type: "annotated", at, value }],
    left: [{ type: "left", at, calls: [[2, { list: [value, value] }]] }],
    parked: [
      { type: "parked", at, calls: [5, 6] },
      { type: "parked", at, calls: [5, 6], asleep: [[5, at + 5]], left: [[5, { list: [value] }]] },
    ],
    dropped: [{ type: "dropped", at, name: "late", position: 5 }],
    resumed: [{ type: "resumed", at }],
    migrated: [
      {
        type: "migrated",
        at,
        from: { planHash: "first", version: null },
        to: { planHash: "second", version: "2" },
        data: { state: value },
      },
    ],
    forked: [{ type: "forked", at, from: { run: "p", position: 3 }, data: { state: value } }],
    cancelled: [{ type: "cancelled", at, reason: "enough", position: 2 }],
    ended: [
      { type: "ended", at, status: "completed", output: value },
      { type: "ended", at, status: "failed", error },
    ],
  };
  return Object.values<readonly JournalEntry[]>(samples).flat();
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
