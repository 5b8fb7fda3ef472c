// That it keeps the promises of the port is checked by the conformance suite, in packages/testing.
import { describe, expect, test } from "vitest";
import type { JournalRow } from "./journal.js";
import { MemoryPersistence } from "./memory-persistence.js";
import type { NewRun } from "./persistence.js";
import { thisOwner } from "./this-owner.js";

const row = (seq: number): JournalRow => ({
  seq,
  entry: { type: "skipped", at: seq, call: seq, step: "write", number: seq },
});
const rows = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => row(first + i));
const newRun = (id: string, over: Partial<NewRun> = {}): NewRun => ({
  id,
  flow: "Review",
  version: null,
  planHash: "hash",
  createdAt: 1,
  owner: thisOwner(),
  rows: [row(1)],
  ...over,
});

function finish(store: MemoryPersistence, id: string, over: Partial<NewRun> = {}): void {
  store.rest(store.create(newRun(id, over)), { rows: [] }, { status: "completed" });
}

describe("what is kept of a journal", () => {
  test("entries are kept as they are", () => {
    const store = new MemoryPersistence();
    const claim = store.create(newRun("a"));
    const second = row(2);
    store.append(claim, { rows: [second] });
    expect(store.load("a")?.rows[1]).toBe(second);
  });

  test("all, as long as no snapshot covers it", () => {
    const store = new MemoryPersistence({ keepEntries: 10 });
    const claim = store.create(newRun("a"));
    store.append(claim, { rows: rows(2, 500) });
    expect(store.load("a")?.rows).toEqual(rows(1, 500));
  });

  test("about the newest `keepEntries` behind a snapshot, and always those after it", () => {
    const store = new MemoryPersistence({ keepEntries: 100 });
    const claim = store.create(newRun("a"));
    for (let seq = 2; seq <= 2000; seq++) {
      const snapshot = seq % 50 === 0 ? { snapshot: { seq, data: seq } } : {};
      store.append(claim, { rows: [row(seq)], ...snapshot });
      const kept = store.history("a").length;
      expect(kept).toBeGreaterThanOrEqual(Math.min(seq, 100));
      expect(kept).toBeLessThanOrEqual(100 + 13 + 50);
    }
    store.append(claim, { rows: rows(2001, 2300) });
    const run = store.load("a");
    expect(run?.rows).toEqual(rows(2001, 2300));
    expect(run?.record.position).toBe(2300);
    expect(store.history("a", { after: 2298 })).toEqual(rows(2299, 2300));
    expect(store.history("a", { after: 0, limit: 1 })[0]?.seq).toBeGreaterThan(1);
  });

  test("at least the newest", () => {
    const store = new MemoryPersistence({ keepEntries: 0 });
    const claim = store.create(newRun("a"));
    store.append(claim, { rows: rows(2, 9), snapshot: { seq: 9, data: 1 } });
    expect(store.get("a")).toMatchObject({ position: 9, updatedAt: 9 });
  });

  test("a batch that does not follow on is refused whole", () => {
    const store = new MemoryPersistence();
    const claim = store.create(newRun("a"));
    expect(() => store.append(claim, { rows: [row(2), row(4)], inboxRead: 1 })).toThrow(
      "was given entry 4 where 3 comes next",
    );
    expect(store.load("a")).toMatchObject({ rows: [row(1)], record: { inboxRead: 0 } });
  });
});

describe("which runs are kept", () => {
  test("the `keepRuns` that ended last", () => {
    const store = new MemoryPersistence({ keepRuns: 2 });
    const open = store.create(newRun("open"));
    for (const id of ["a", "b", "c"]) finish(store, id);
    expect(store.list({}).runs.map((run) => run.id)).toEqual(["c", "b", "open"]);
    store.rest(open, { rows: [] }, { status: "failed" });
    expect(store.list({}).runs.map((run) => run.id)).toEqual(["c", "open"]);
  });

  test("those that run again or wait", () => {
    const store = new MemoryPersistence({ keepRuns: 1 });
    finish(store, "a");
    store.claim("a", thisOwner());
    store.rest(store.create(newRun("parked")), { rows: [] }, { status: "waiting" });
    for (const id of ["b", "c"]) finish(store, id);
    expect(store.list({}).runs.map((run) => run.id)).toEqual(["c", "parked", "a"]);
  });

  test("the newest of every session, until another run goes on from it", () => {
    const store = new MemoryPersistence({ keepRuns: 1 });
    finish(store, "s1", { session: "s" });
    for (const id of ["a", "b"]) finish(store, id);
    expect(store.list({}).runs.map((run) => run.id)).toEqual(["b", "s1"]);
    finish(store, "s2", { session: "s", previous: { run: "s1", position: 1 } });
    expect(store.list({}).runs.map((run) => run.id)).toEqual(["s2", "s1"]);
    finish(store, "s3", { session: "s", previous: { run: "s2", position: 1 } });
    expect(store.list({}).runs.map((run) => run.id)).toEqual(["s3", "s2"]);
  });
});

test("messages that were read are let go, their ids are not", () => {
  const store = new MemoryPersistence();
  const claim = store.create(newRun("a"));
  const message = { id: "x", kind: "signal", name: "legal", payload: 1, at: 1 } as const;
  store.post("a", message);
  store.append(claim, { rows: [], inboxRead: 1 });
  expect(store.inbox("a", 0)).toEqual([]);
  expect(store.post("a", message)).toEqual({ position: 1, repeated: true });
});
