import { expect, test } from "vitest";
import { readSource, readSources } from "./method-source.js";

const literals = (source: string) => readSource(source).literals;
const several = (source: string) => readSource(source).several;

test("all three quotes, each literal once, in order", () => {
  expect(literals(`check() { return a ? "good" : b ? 'bad' : c ? \`worse\` : "good"; }`)).toEqual([
    "good",
    "bad",
    "worse",
  ]);
});

test("comments hold no literals", () => {
  expect(literals(`check() { // "a"\n /* 'b' \n \`c\` */ return "d"; }`)).toEqual(["d"]);
});

test("a quote inside another quote, and escapes", () => {
  expect(
    literals(`f() { return ["it's", 'say "x"', "a\\"b", 'c\\'d', "\\n", "\\u{41}\\u0042\\x43", "line\\\n end"]; }`),
  ).toEqual(["it's", 'say "x"', 'a"b', "c'd", "\n", "ABC", "line end"]);
});

test("a template with holes is no literal, but its holes are read", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
  expect(literals('f() { return `a${x ? "b" : `c${{ d: "e" }.d}`}f` + `g`; }')).toEqual(["b", "e", "g"]);
});

test("a regular expression is not a string", () => {
  expect(
    literals(
      `f(s) { if (/["']/.test(s)) return "a"; const n = s / 2 / "b".length; return s.match(/[/"]x/g) ? "c" : "d"; }`,
    ),
  ).toEqual(["a", "b", "c", "d"]);
});

test("a comment or string that never ends does no harm", () => {
  expect(literals("f() { /* ")).toEqual([]);
  expect(literals("f() { // ")).toEqual([]);
  expect(literals('f() { "ab')).toEqual(["ab"]);
});

test("several labels: `labels(…)`, array literals, arrays made from others", () => {
  for (const body of [
    'return labels("a")',
    'return (0, millrace_1.labels)("a")',
    'return m.labels("a", "b")',
    'return ["a"]',
    'return x ? ["a"] : "b"',
    'const out = []; out.push("a"); return out',
    "return this.state.queue.map((q) => q.kind)",
    'return x.map((y) => route("a", y))',
  ]) {
    expect(several(`check(x) { ${body}; }`), body).toBe(true);
  }
});

test("one label: indexing, destructuring of parameters' elements, words in strings and comments", () => {
  for (const body of [
    'return x[0] ? "a" : "b"',
    'return this.list()[1] === "x" ? "a" : "b"',
    'return "labels(" // [ labels(',
    "return m[a][b]",
    'return x ? "good" : route("again", { notes: ["longer"] })',
    'const words = ["a", "b"]; return words.includes(x) ? "a" : "b"',
    'return route("again", x.map((y) => y.id))',
    'return approval(x.filter(Boolean), { message: "?", outcomes: ["a", "b"] })',
    "return (0, millrace_1.approval)(x.map(String), options)",
  ]) {
    expect(several(`check(x) { ${body}; }`), body).toBe(false);
  }
});

test("native and bound functions say nothing", () => {
  expect(readSources([Math.max, (() => "a").bind(null)])).toEqual({ literals: [], several: false });
});

test("several functions are one step", () => {
  expect(readSources([() => "a", () => ["b", "a"]])).toEqual({ literals: ["a", "b"], several: true });
});
