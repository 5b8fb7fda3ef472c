import { expect, test } from "vitest";
import { readRunQuery, runCursor } from "./run-query.js";

test("a query is read with its defaults", () => {
  expect(readRunQuery({})).toEqual({ limit: 100 });
  expect(readRunQuery({ flow: "Review", status: "failed", limit: 5 })).toEqual({
    flow: "Review",
    statuses: ["failed"],
    limit: 5,
  });
  expect(readRunQuery({ status: ["failed", "running", "failed"] }).statuses).toEqual(["failed", "running"]);
});

test("a cursor leads back to its place", () => {
  const place = { createdAt: 1_763_716_000_000, order: 12 };
  expect(readRunQuery({ cursor: runCursor(place) }).after).toEqual(place);
});

test.each(["", "1", "a.b", "1.2.3", "1.-2", " 1.2"])("the cursor %j is refused", (cursor) => {
  expect(() => readRunQuery({ cursor })).toThrow(expect.objectContaining({ code: "PERSISTENCE_QUERY_INVALID" }));
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("the limit %d is refused", (limit) => {
  expect(() => readRunQuery({ limit })).toThrow(expect.objectContaining({ code: "PERSISTENCE_QUERY_INVALID" }));
});
