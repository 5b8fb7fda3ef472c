/** What expressions may do is counted, so that no document and no data keeps a process busy. */
import { expect, test } from "vitest";
import { limits } from "../limits.js";
import { compileExpression, compileTemplate, fill, Scope } from "./index.js";

const place = { file: "a.yaml", line: 3, column: 5 };
const scope = new Scope(new Map(["a", "b", "s", "o"].map((name) => [name, undefined])));
const many = 20_000;
const a = Array.from({ length: many }, (_, i) => i);
const b = a.map((i) => ({ id: `k${i}`, x: { y: i } }));
const s = "x".repeat(1_000_000);
const o = Object.fromEntries(a.map((i) => [`k${i}`, i]));
const values = () => ({ a, b, s, o });

function compile(text: string) {
  const compiled = compileExpression(text, scope, place);
  if ("problem" in compiled) throw new Error(compiled.problem.message);
  return compiled.expression;
}

test.each([
  "a.all(x, a.exists(y, y == -1 && x < y) || true)",
  "a.exists(x, a.all(y, y >= 0) && false)",
  "a.exists_one(x, a.exists_one(y, y == x))",
  "a.filter(x, !(string(x) in a))",
  "b.filter(x, x in b)",
  "a.map(x, a.map(y, y))",
  "a.map(x, a)",
  "b.map(x, b)",
  "a.map(x, s)",
  "a.exists(x, a.exists(y, y.gone == x))",
  "b.map(x, b.map(y, orElse(y.gone, 1)))",
  "a.all(x, !s.matches('(x+x+)+y'))",
  "a.filter(x, size(s) > 3)",
  "a.filter(x, s == s + 'a')",
  "a.filter(x, string(x) in o)",
  "o.all(k, o.all(l, true))",
  "a.map(x, timestamp('2024-01-01T00:00:00Z').getFullYear('Europe/Berlin'))",
  "a.filter(x, b == b + b)",
  "a.map(x, a + a)",
])("refused after a number of operations: %s", { timeout: 120_000 }, (text) => {
  expect(() => compile(text).evaluate(values())).toThrow(
    expect.objectContaining({
      code: "EXPRESSION_FAILED",
      message: expect.stringContaining(`at a.yaml:3:5 failed: it takes more than ${limits.work} operations.`),
      hint: expect.stringContaining("type: code"),
    }),
  );
});

test.each(["[s, s].map(x, x + x).map(x, x + x).map(x, x + x).map(x, x + x)", "b.map(x, x.id).join(s)"])(
  "no text is longer than any may be: %s",
  (text) => {
    expect(() => compile(text).evaluate(values())).toThrow(`makes a text of more than ${limits.textLength} characters`);
  },
);

test.each<[string, unknown]>([
  ["a.map(x, x * 2).filter(x, x > 39990.0).map(x, x - 39990.0).map(x, x / 2)", [1, 2, 3, 4]],
  ["a.exists(x, x == 19999)", true],
  ["b.filter(x, x.x.y in [1.0, 2.0]).map(x, x.id)", ["k1", "k2"]],
  ["size(a + a)", 40_000],
  ["b == b", true],
  ["o.exists(k, o[k] == 7)", true],
])("what people write over much data is not: %s", (text, expected) => {
  expect(compile(text).evaluate(values())).toEqual(expected);
});

test("all expressions of one call share a count, another call has its own", () => {
  const some = compile("a.all(x, x >= 0 && x + 1 > 0)");
  const once = values();
  expect(some.evaluate(once)).toBe(true);
  const again = () => {
    for (let i = 0; i < 100; i++) some.evaluate(once);
  };
  expect(again).toThrow(/operations/);
  expect(some.evaluate(values())).toBe(true);
});

test("a text that is filled is counted, too", () => {
  const template = compileTemplate("{{ s }}-".repeat(20), scope, place);
  if (!template || "problems" in template) throw new Error("it is a template");
  expect(() => fill(template.template, values())).toThrow(/more than 10000000 characters/);
  expect(compileTemplate("{{ s }}".repeat(limits.expressions + 1), scope, place)).toMatchObject({
    problems: [{ message: `The text holds more than ${limits.expressions} expressions.` }],
  });
});

test.each(["x".repeat(501), "(a{600}){2}b{500}", "a{1000}b{1000}"])("a pattern is bounded: %#", (pattern) => {
  expect(compileExpression(`s.matches("${pattern}")`, scope, place)).toMatchObject({
    problem: { message: expect.stringMatching(/pattern/) },
  });
  expect(() => compile("s.matches(o)").evaluate({ ...values(), o: pattern })).toThrow(/pattern/);
});

test("values that are nested without end are a failure like another", () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(() => compile("a == [b]").evaluate({ a: deep, b: deep })).toThrow(
    expect.objectContaining({ code: "EXPRESSION_FAILED" }),
  );
});
