import { expect, test } from "vitest";
import type { JournalEntry } from "../ports/index.js";
import { SnapshotPace } from "./snapshot-pace.js";

const entry = (value: unknown = 1): JournalEntry => ({
  type: "completed",
  at: 1,
  call: 1,
  step: "write",
  number: 1,
  output: undefined,
  patches: [{ op: "set", path: ["n"], value }],
});

/** How many entries of a value come before each of the first snapshots. */
function gaps(snapshot: object, value?: unknown): number[] {
  const pace = new SnapshotPace();
  const found: number[] = [];
  for (let entries = 1; found.length < 3; entries++) {
    pace.note(entry(value));
    if (!pace.mayBeDue || !pace.isDue(snapshot)) continue;
    found.push(entries);
    entries = 0;
  }
  return found;
}

test("small entries and a small state: about one in a hundred", () => {
  for (const gap of gaps({ n: 1 })) {
    expect(gap).toBeGreaterThan(50);
    expect(gap).toBeLessThan(200);
  }
});

test("what snapshots write stays below what entries write and cost, however large the state", () => {
  for (const gap of gaps({ text: "x".repeat(10_000_000) })) expect(gap).toBeGreaterThan(50_000);
  for (const gap of gaps({ tags: new Set(["x".repeat(10_000_000)]) })) expect(gap).toBeGreaterThan(50_000);
});

test("a state that grew is asked for less and less often, one that is small again is written", () => {
  const pace = new SnapshotPace();
  const asked: number[] = [];
  const write = (count: number, snapshot: object) => {
    for (let entries = 1; entries <= count; entries++) {
      pace.note(entry());
      if (!pace.mayBeDue) continue;
      asked.push(entries);
      if (pace.isDue(snapshot)) return;
    }
  };
  write(10_000, { list: Array.from({ length: 1000 }, () => "x".repeat(10_000)) });
  const before = asked.length;
  expect(before).toBeLessThan(10);
  write(100_000, { map: new Map([[new Date(), new URL("https://example.org")]]) });
  expect(asked.length).toBe(before + 1);
  expect(pace.mayBeDue).toBe(false);
});

test("large entries bring it sooner", () => {
  for (const gap of gaps({ text: "x".repeat(100_000) }, ["x".repeat(100_000)])) expect(gap).toBe(2);
});
