import { expect, test } from "vitest";
import { z } from "zod";
import { coerced } from "./coerced.js";

test.each<[string, unknown, z.ZodType, unknown]>([
  ["a number", "12", z.int(), 12],
  ["a fraction", " -1.50 ", z.number(), -1.5],
  ["a boolean", "True", z.boolean(), true],
  ["a text of a number", 12, z.string(), "12"],
  ["null of what may be left out", { a: null }, z.object({ a: z.string().optional() }), { a: undefined }],
  ["null of what may be null", { a: null }, z.object({ a: z.string().nullable() }), { a: null }],
  ["null of what has a default", { a: null }, z.object({ a: z.int().default(3) }), { a: undefined }],
  ["one of a list", { a: "1" }, z.object({ a: z.array(z.int()) }), { a: [1] }],
  ["an empty element of a list", { a: "" }, z.object({ a: z.array(z.int()) }), { a: [] }],
  ["inside lists", ["1", 2], z.array(z.int()), [1, 2]],
  ["a record", { a: "1" }, z.record(z.string(), z.int()), { a: 1 }],
  ["the first that fits of several", "7", z.union([z.int(), z.boolean()]), 7],
  ["what fits already of several", "7", z.union([z.int(), z.string()]), "7"],
  ["a literal", "2", z.literal([1, 2]), 2],
  ["a date", "2026-01-02", z.date(), new Date("2026-01-02")],
])("%s", (...[, value, schema, expected]) => {
  expect(coerced(value, schema)).toEqual(expected);
});

test.each([
  ["007", z.int()],
  ["1e999", z.number()],
  ["12345678901234567890", z.int()],
  ["1,5", z.number()],
  ["", z.number()],
  ["yes", z.boolean()],
  [1, z.boolean()],
  ["never", z.date()],
  [{ a: 1 }, z.string()],
])("%j stays as it is", (value, schema) => {
  expect(coerced(value, schema)).toEqual(value);
});
