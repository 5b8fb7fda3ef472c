import { FlowError } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { compileExpression, compileTemplate, fill, Scope } from "./index.js";

const place = { file: "a.yaml", line: 3, column: 5 };
const scope = new Scope(
  new Map<string, z.ZodType | undefined>([
    ["input", z.object({ topic: z.string(), count: z.int(), tags: z.array(z.string()) })],
    ["state", z.object({ rounds: z.number().default(0) })],
    ["draft", undefined],
  ]),
);
const values = {
  input: { topic: "rivers", count: 3, tags: ["a", "b"] },
  state: { rounds: 2 },
  draft: {
    text: "long",
    score: 4,
    notes: undefined,
    parts: [
      { ok: true, n: 1 },
      { ok: false, n: 2 },
    ],
  },
};
function compile(text: string) {
  const compiled = compileExpression(text, scope, place);
  if ("problem" in compiled) throw new Error(compiled.problem.message);
  return compiled.expression;
}
const problem = (text: string) => {
  const compiled = compileExpression(text, scope, place);
  return "problem" in compiled ? compiled.problem : undefined;
};

test.each<[string, unknown]>([
  ["input.topic", "rivers"],
  ["input.count + 1", 4],
  ["1 + input.count", 4],
  ["input.count % 2 == 1", true],
  ["input.count == 3 && state.rounds < 3", true],
  ["input.count in [1, 3]", true],
  ["size(input.tags)", 2],
  ["size(draft.text) > 3 || state.rounds >= 3", true],
  ["draft.parts.filter(p, p.ok).map(p, p.n)", [1]],
  ['input.topic.matches("^r[a-z]+s$")', true],
  ['{"a": input.count, "b": [draft.score]}', { a: 3, b: [4] }],
  ['orElse(draft.gone.deep, "none")', "none"],
  ['orElse(draft.text, "none")', "long"],
  ["has(draft.text)", true],
  ["has(draft.gone)", false],
  ["draft.parts[1].n", 2],
  ["draft.gone", undefined],
  ["draft.?gone", undefined],
  ["1 / 2", 0.5],
  ["state.rounds > 1 ? input.count : 1", 3],
  ["draft.text.substring(1, 3)", "on"],
])("%s", (text, expected) => {
  expect(compile(text).evaluate(values)).toEqual(expected);
});

test("what a message says in words", () => {
  const said = (value: unknown) => compile("textOf(draft)").evaluate({ draft: value });
  const parts = [{ type: "text", text: "a" }, { type: "file", url: "data:," }, null, { type: "text", text: "b" }];
  expect(said({ id: "1", role: "user", parts: parts.filter(Boolean) })).toBe("a\n\nb");
  expect(said({ role: "user", content: "a" })).toBe("a");
  expect(said("a")).toBe("a");
  for (const wrong of [null, 7, {}, { parts: 7 }, [], { role: "user", content: { text: "a" } }])
    expect(() => said(wrong)).toThrow(/textOf takes a message/);
  const long = { role: "user", content: Array.from({ length: 11 }, () => ({ type: "text", text: "x".repeat(1e6) })) };
  expect(() => said(long)).toThrow(/more than 10,?000,?000 characters/);
});

test("it tells which names it uses, and how", () => {
  const { roots, optional, outcomes } = compile("orElse(draft.text, input.topic) + string(outcomeOf(draft).status)");
  expect(roots).toEqual(["draft", "input"]);
  expect([...optional]).toEqual(["draft"]);
  expect([...outcomes]).toEqual(["draft"]);
  expect(compile("draft.a[0].b").path).toEqual({ root: "draft", keys: ["a", 0, "b"] });
});

test("how a step came out", () => {
  const outcome = compile('outcomeOf(draft).status == "skipped"');
  expect(outcome.evaluate({ outcome_of_draft: { status: "skipped" } })).toBe(true);
});

test.each<[string, number | undefined, RegExp]>([
  ["drfat.text", 0, /"drfat" is not known here; is "draft" meant/],
  ["input.topc == 1", 6, /no "topc"/],
  ["input.topic > 3", 0, /text > number/],
  ["input.topic + input.count", 0, /text \+ number/],
  ["input.count +", 13, /can't be read/],
  ["", 0, /can't be read/],
  ["size(input.count)", 0, /size\(number\)/],
  ["process.exit()", 0, /"process" is not known/],
  ["input.topic.matches('(')", 20, /pattern/],
  ["draft.constructor.constructor('return 1')()", undefined, /can't be read|don't fit/],
  ["draft.map(a, draft.map(b, draft.map(c, 1)))", undefined, /more than twice/],
  ["1 + ".repeat(900), undefined, /longer/],
  [`${"(".repeat(500)}1${")".repeat(500)}`, undefined, /can't be read|deep/],
  [`[${"1,".repeat(300)}1]`, undefined, /can't be read/],
])("refused: %s", (text, offset, message) => {
  expect(problem(text)?.message).toMatch(message);
  if (offset !== undefined) expect(problem(text)?.offset ?? 0).toBe(offset);
});

test("a failure names the expression and its place, and is none of the library's", () => {
  const failing = () => compile("draft.gone.deep").evaluate(values);
  expect(failing).toThrow(FlowError);
  expect(failing).toThrow("`draft.gone.deep` at a.yaml:3:5 failed: there is no draft.gone.");
  expect(() => compile("draft.score + draft.text").evaluate(values)).toThrow(FlowError);
});

test("a pattern that would run away does not", () => {
  expect(compile('draft.text.matches("(a+)+$")').evaluate({ draft: { text: `${"a".repeat(40)}!` } })).toBe(false);
});

test("a text with expressions is filled, and one expression alone stays a value", () => {
  const filled = (text: string) => {
    const compiled = compileTemplate(text, scope, place);
    if (!compiled || "problems" in compiled) throw new Error(JSON.stringify(compiled));
    return fill(compiled.template, values);
  };
  expect(filled("About {{ input.topic }}: {{ input.tags }} {{draft.notes}}!")).toBe('About rivers: ["a","b"] !');
  expect(filled("{{ input.tags }}")).toEqual(["a", "b"]);
  expect(filled(`{{ {"a": {"b": "}}"}} }}`)).toEqual({ a: { b: "}}" } });
  expect(compileTemplate("no expression", scope, place)).toBeUndefined();
});

test("what is wrong in a template stands where it stands in the text", () => {
  const compiled = compileTemplate("a {{ input.topic }} b {{  nix }}", scope, place);
  expect(compiled).toMatchObject({ problems: [{ offset: 26 }] });
  expect(compileTemplate("a {{ input", scope, place)).toMatchObject({ problems: [{ offset: 2 }] });
});
