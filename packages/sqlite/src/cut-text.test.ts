import fc from "fast-check";
import { expect, test } from "vitest";
import { cutText } from "./cut-text.js";

const long = (seed: number, length: number) => {
  let x = seed;
  let text = "";
  while (text.length < length) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    text += x.toString(36);
  }
  return text.slice(0, length);
};

test("parts are the text, none is long, and no character is cut", () => {
  const unit = fc.constantFrom("a", "é", "日", "👩", '{"role":"user"}', "\\ud800", " ");
  const texts = fc
    .tuple(fc.array(unit, { maxLength: 400 }), fc.nat(200))
    .map(([some, times]) => some.join("").repeat(times));
  fc.assert(
    fc.property(texts, (text) => {
      const parts = cutText(text);
      expect(parts.join("")).toBe(text);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(8_193);
        expect(Buffer.from(part).toString()).toBe(part);
      }
    }),
    { numRuns: 50 },
  );
  expect(cutText("")).toEqual([]);
  expect(cutText("short")).toEqual(["short"]);
});

test("a text that was changed in one place has all other parts still", () => {
  const before = long(1, 400_000);
  const parts = new Set(cutText(before));
  expect(parts.size).toBeGreaterThan(100);
  const fresh = (text: string) => cutText(text).filter((part) => !parts.has(part)).length;
  expect(fresh(`${before}${long(2, 2000)}`)).toBeLessThan(6);
  expect(fresh(`${long(3, 700)}${before}`)).toBeLessThan(4);
  expect(fresh(`${before.slice(0, 200_000)}!${before.slice(200_000)}`)).toBeLessThan(4);
});
