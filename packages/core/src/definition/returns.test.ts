import { expect, test } from "vitest";
import { labels, readRoute, route } from "./returns.js";

const of = (value: unknown) => readRoute(value, "check");

test("a label is its own payload", () => {
  expect(of("good")).toEqual({ labels: [{ label: "good", payload: "good" }], result: "good" });
});

test("a route brings a payload, even undefined", () => {
  const notes = { notes: ["longer"] };
  expect(of(route("rework", notes))).toEqual({ labels: [{ label: "rework", payload: notes }], result: "rework" });
  expect(of(route("rework", undefined)).labels).toEqual([{ label: "rework", payload: undefined }]);
});

test("several, by labels(…) or as an array", () => {
  const read = {
    labels: [
      { label: "a", payload: "a" },
      { label: "b", payload: 5 },
    ],
    result: ["a", "b"],
  };
  expect(of(labels("a", route("b", 5)))).toEqual(read);
  expect(of(["a", route("b", 5)])).toEqual(read);
  expect(of([])).toEqual({ labels: [], result: [] });
});

test("undefined is no label", () => {
  expect(of(undefined)).toEqual({ labels: [], result: undefined });
});

test.each([
  [null, "null (object)"],
  ["", "an empty label"],
  [5, "5 (number)"],
  [true, "true (boolean)"],
  [{ label: "a", payload: 1 }, "an object"],
  [() => "a", "a function"],
  [Symbol("a"), "Symbol(a) (symbol)"],
  [["a", ["b"]], "a list inside a list"],
  [["a", 5], "5 (number)"],
  [["a", route("a", 1)], 'the label "a" twice'],
  [route("", 1), "a route without a label"],
])("%# is no label", (value, described) => {
  expect(() => of(value)).toThrow(
    expect.objectContaining({ code: "ROUTE_INVALID", step: "check", message: `Router "check" returned ${described}.` }),
  );
});

test("a route of another copy of the package is known", () => {
  const foreign = { [Symbol.for("millrace.route")]: true, label: "a", payload: 1 };
  expect(of(foreign).result).toBe("a");
});
