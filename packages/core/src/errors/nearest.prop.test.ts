import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "./nearest.js";

/** By the book, without a limit. */
function distance(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i || j));
  for (let i = 0; i <= a.length; i++)
    for (let j = 0; j <= b.length; j++) {
      if (i === 0 || j === 0) {
        d[i]![j] = i + j;
        continue;
      }
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      d[i]![j] = Math.min(d[i - 1]![j]! + 1, d[i]![j - 1]! + 1, d[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d[i]![j] = Math.min(d[i]![j]!, d[i - 2]![j - 2]! + 1);
    }
  return d[a.length]![b.length]!;
}

const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "d"), maxLength: 12 });

test("the first of those that are nearest, as far as they are near", () => {
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 6 }), (name, candidates) => {
      const limit = Math.max(1, Math.floor(name.length / 3));
      const found = candidates.map((candidate) => distance(name, candidate));
      const least = Math.min(...found);
      expect(nearest(name, candidates)).toBe(least <= limit ? candidates[found.indexOf(least)] : undefined);
    }),
    { numRuns: 2_000 },
  );
});

test("case does not count, long names are not compared", () => {
  expect(nearest("Draft", ["darft", "other"])).toBe("darft");
  expect(nearest("a".repeat(101), ["a".repeat(101)])).toBeUndefined();
  expect(nearest("a".repeat(100), ["a".repeat(120), "a".repeat(400)])).toBe("a".repeat(120));
});
