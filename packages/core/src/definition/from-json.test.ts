/** What JSON has no word for is made of its text, wherever a schema asks for it. */
import { expect, test } from "vitest";
import { z } from "zod";
import { fromJson } from "./from-json.js";
import { jsonSchemaOf } from "./json-schema.js";

const read = (schema: z.ZodType, value: unknown) => fromJson(value, jsonSchemaOf(schema, "input"));
const day = new Date("2026-01-02");

test.each([
  ["in a field", z.object({ due: z.date() }), { due: "2026-01-02" }, { due: day }],
  ["in a list", z.array(z.bigint()), ["1", 2], [1n, 2n]],
  ["in a tuple", z.tuple([z.string(), z.date()]), ["2026-01-02", "2026-01-02"], ["2026-01-02", day]],
  ["in a record", z.record(z.string(), z.date()), { a: "2026-01-02" }, { a: day }],
  ["in one of several", z.union([z.object({ at: z.date() }), z.null()]), { at: "2026-01-02" }, { at: day }],
  [
    "in what refers to itself",
    tree(),
    { at: "2026-01-02", in: [{ at: "2026-01-02", in: [] }] },
    { at: day, in: [{ at: day, in: [] }] },
  ],
])("%s", (...[, schema, value, made]) => {
  expect(read(schema, value)).toEqual(made);
});

test.each([
  ["no date", z.date(), "soon"],
  ["digits that a number has lost", z.bigint(), 2 ** 60],
  ["a number of a million digits", z.bigint(), "1".repeat(1_000_000)],
  ["keys that the schema does not know", z.object({ due: z.date() }), { other: "2026-01-02" }],
])("%s stays as it is, for the check to refuse", (_, schema, value) => {
  expect(read(schema, value)).toEqual(value);
});

test("a schema that is none tells nothing", () => {
  expect(jsonSchemaOf({ type: "string" }, "input")).toBeUndefined();
  expect(fromJson("2026-01-02", undefined)).toBe("2026-01-02");
});

function tree(): z.ZodType {
  const node: z.ZodType = z.object({
    at: z.date(),
    get in() {
      return z.array(node);
    },
  });
  return node;
}
