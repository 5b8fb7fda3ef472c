import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsFor } from "./columns-for.js";

const head = ["run", "flow", "status", "created", "waits for"];
const important = ["run", "status", "flow", "waits for"];
const id = "0199a4c2-7c1e-7d11-8c59-6d2a0b6f3c11";
const row = [id, "Review", "waiting", "2026-11-21T21:51:20Z", "ask:review signal:legal timer:2026-11-22T10:00:00Z"];
const at = (room: number, cells: readonly (readonly string[])[] = [row]) =>
  columnsFor({ head, cells, important, room, gap: 2 }).map(({ at: place, width }) => [head[place], width]);

test("with room all of it is shown", () => {
  expect(at(200)).toEqual([
    ["run", 36],
    ["flow", 6],
    ["status", 7],
    ["created", 20],
    ["waits for", 50],
  ]);
});

test("then what is least important goes, what is long is cut, the id last", () => {
  expect(at(100)).toEqual([
    ["run", 36],
    ["flow", 6],
    ["status", 7],
    ["created", 20],
    ["waits for", 23],
  ]);
  expect(at(80)).toEqual([
    ["run", 36],
    ["flow", 6],
    ["status", 7],
    ["waits for", 25],
  ]);
  expect(at(40)).toEqual([
    ["run", 31],
    ["status", 7],
  ]);
  expect(at(20)).toEqual([
    ["run", 11],
    ["status", 7],
  ]);
});

test("wide characters count as two, an empty column is left out", () => {
  expect(at(80, [["一二三", "Review", "waiting", "", ""]])).toEqual([
    ["run", 6],
    ["flow", 6],
    ["status", 7],
  ]);
});

test("it never is wider than the terminal, and never without its first two", () => {
  const cells = fc.array(fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { minLength: 5, maxLength: 5 }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(cells, fc.integer({ min: 8, max: 200 }), (given, room) => {
      const columns = columnsFor({ head, cells: given, important, room, gap: 2 });
      const whole = columns.reduce((sum, { width }) => sum + width + 2, -2);
      expect(whole).toBeLessThanOrEqual(room);
      expect(columns.map((one) => head[one.at])).toEqual(expect.arrayContaining(["run", "status"]));
    }),
  );
});
