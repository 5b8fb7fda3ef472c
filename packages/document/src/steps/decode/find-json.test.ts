import { expect, test } from "vitest";
import { findJson } from "./find-json.js";

test.each([
  ["alone", '{"a":1}', { a: 1 }],
  ["with space and a mark at the beginning", '\uFEFF \n{"a":1}\n', { a: 1 }],
  ["a scalar", "12", 12],
  ["in a fence", 'Here:\n```json\n{"a":[1]}\n```\nThat is all.', { a: [1] }],
  ["in a fence of four", '````\n{"a":1}\n````', { a: 1 }],
  ["in a fence that was cut off behind it", '```json\n{"a":1}\n', { a: 1 }],
  ["words around it", 'Sure! {"a":"} {"} I hope this helps.', { a: "} {" }],
  ["a bracket in the words", 'As said [see above], it is {"a":1}.', { a: 1 }],
  ["an emoticon", 'Well :-{ it is {"a":1}', { a: 1 }],
  ["a list", "the list [1, 2] is it", [1, 2]],
])("%s", (_what, text, value) => {
  expect(findJson(text)).toEqual({ value });
});

test.each([
  ["two objects", '{"a":1} or {"a":2}', 2],
  ["two fences", '```\n{"a":1}\n```\nor\n```\n{"a":2}\n```', 2],
])("%s are too many", (_what, text, several) => {
  expect(findJson(text)).toEqual({ several });
});

test.each([["words"], [""], ["{a: 1}"], ['{"a": 1'], ["```json\nnothing\n```"]])("%j holds none", (text) => {
  expect(findJson(text)).toHaveProperty("reason");
});

test("a megabyte of open brackets is given up at once", () => {
  expect(findJson("{".repeat(1_000_000))).toHaveProperty("reason");
  expect(findJson('{"'.repeat(500_000))).toHaveProperty("reason");
});
