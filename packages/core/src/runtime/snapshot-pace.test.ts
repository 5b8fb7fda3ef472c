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
    expect(gap).toBeLessThan(150);
  }
});

test("what snapshots write stays below what entries write and cost, however large the state", () => {
  for (const gap of gaps({ text: "x".repeat(10_000_000) })) expect(gap).toBeGreaterThan(50_000);
  for (const gap of gaps({ tags: new Set(["x".repeat(10_000_000)]) })) expect(gap).toBeGreaterThan(50_000);
});

test("large entries bring it sooner", () => {
  for (const gap of gaps({ text: "x".repeat(100_000) }, ["x".repeat(100_000)])) expect(gap).toBe(2);
});
