/** Runs, rows, messages and values for the checks. */
import {
  type Claim,
  type FlowPersistence,
  type InboxMessage,
  type JournalRow,
  type MaybePromise,
  type NewRun,
  type Rest,
  thisOwner,
} from "millrace";

export const start = 1_763_716_000_000;

/** The fields of an entry that is about a call. */
export function call(id: number) {
  return { call: id, step: `step ${id}`, number: 1 };
}

/** A `completed` row; its time grows with its seq. */
export function row(seq: number, output: unknown = seq): JournalRow {
  return { seq, entry: { type: "completed", at: start + seq, ...call(seq), output } };
}

/** Rows from `first` to `last`. */
export function rows(first: number, last: number): JournalRow[] {
  return Array.from({ length: last - first + 1 }, (_, i) => row(first + i));
}

export function newRun(id: string, over: Partial<NewRun> = {}): NewRun {
  const first: JournalRow = { seq: 1, entry: { type: "started", at: start + 1, inputs: { id }, state: {} } };
  return {
    id,
    flow: "Review",
    version: null,
    planHash: "hash",
    createdAt: start,
    owner: thisOwner(),
    rows: [first],
    ...over,
  };
}

export function signal(name: string, over: Partial<InboxMessage> = {}): InboxMessage {
  return { kind: "signal", name, payload: { name }, at: start, ...over };
}

/** A run that has come to rest. */
export async function restedRun(store: FlowPersistence, run: NewRun, rest: Rest): Promise<void> {
  const claim = await store.create(run);
  await store.rest(claim, { rows: [] }, rest);
}

/** A run of so many entries that has ended. */
export async function endedRun(store: FlowPersistence, id: string, entries: number): Promise<void> {
  const claim = await store.create(newRun(id));
  await store.rest(claim, { rows: rows(2, entries) }, { status: "completed" });
}

/** A run whose claim was given up and taken by another: the stale claim and the standing one. */
export async function takenRun(
  store: FlowPersistence,
  id: string,
): Promise<{ readonly stale: Claim; readonly claim: Claim }> {
  const stale = await store.create(newRun(id));
  await store.release(stale);
  return { stale, claim: await store.claim(id, thisOwner()) };
}

/** The seqs of a run's whole journal. */
export async function seqs(store: FlowPersistence, id: string): Promise<number[]> {
  return (await store.history(id)).map((stored) => stored.seq);
}

/** How many of several calls made at once succeeded. */
export async function successes(calls: readonly (() => MaybePromise<unknown>)[]): Promise<number> {
  const results = await Promise.allSettled(calls.map(async (call) => call()));
  return results.filter((result) => result.status === "fulfilled").length;
}

/** One of every kind of value that must survive a store. */
export function everyValue() {
  return {
    text: 'plain, Zürich, 日本語, 👩‍👩‍👧, \u0000, \u2028, "quoted" </script>, lone \ud800 surrogate',
    "odd key \u0000 ": 1,
    numbers: [0, -0, 1.5, -1e300, Number.MAX_SAFE_INTEGER, Number.NaN, Number.POSITIVE_INFINITY],
    bigint: 123_456_789_012_345_678_901_234_567_890n,
    nothing: null,
    absent: undefined,
    holes: [undefined, null, undefined],
    truth: [true, false],
    date: new Date(1_763_716_000_123),
    map: new Map<unknown, unknown>([
      ["list", [1, 2]],
      [7, new Map([["deep", new Set(["x"])]])],
    ]),
    set: new Set<unknown>([1, "1", 10n]),
    bytes: new Uint8Array([0, 127, 255]),
    floats: new Float64Array([0.1, -0, Number.NaN]),
    empty: { list: [], record: {}, map: new Map(), set: new Set(), text: "" },
  };
}
