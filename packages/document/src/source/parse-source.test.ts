import { expect, test } from "vitest";
import { Problems } from "../problems/index.js";
import { keyPlaceAt, parseSource, placeAt, toData } from "./index.js";

function parse(text: string) {
  const problems = new Problems();
  const node = parseSource(text, { file: "a.yaml", problems });
  return { node, problems: problems.list.map(({ code, line, column }) => [code, line, column]) };
}
const data = (text: string) => {
  const { node, problems } = parse(text);
  return node ? toData(node) : problems;
};

test("every value and key knows its line and column", () => {
  const { node } = parse("flows:\n  - id: a\n    steps: [ { type: echo } ]\n");
  expect(placeAt(node!, ["flows", 0, "steps", 0, "type"])).toEqual({ file: "a.yaml", line: 3, column: 22 });
  expect(keyPlaceAt(node!, ["flows", 0, "id"])).toEqual({ file: "a.yaml", line: 2, column: 5 });
  expect(placeAt(node!, ["flows", 0, "gone"])).toMatchObject({ line: 2 });
});

test("JSON, with tabs, windows' line ends or a mark of the byte order, is read, too", () => {
  expect(data('{\n\t"a": [1, true, null],\n\t"b": "x"\n}')).toEqual({ a: [1, true, null], b: "x" });
  expect(data("\ufeffa: 1\r\nb:\r\n  - x\r\n")).toEqual({ a: 1, b: ["x"] });
});

test("keys of Object.prototype are keys like others", () => {
  const found = data("__proto__: { polluted: true }\nconstructor: 1") as object;
  expect(Object.keys(found)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("aliases are copies", () => {
  expect(data("a: &x { n: 1 }\nb: *x")).toEqual({ a: { n: 1 }, b: { n: 1 } });
});

test.each<[string, string, unknown]>([
  ["empty", "", [["DOCUMENT_SYNTAX", 1, 1]]],
  ["nothing but a comment", "# hello\n", [["DOCUMENT_SYNTAX", 1, 1]]],
  ["a tab", "a:\n\tb: 1\n", [["DOCUMENT_SYNTAX", 2, 1]]],
  ["a key twice", "a: 1\nb: 2\na: 3\n", [["DOCUMENT_SYNTAX", 3, 1]]],
  ["a key twice, once as a number", "1: 1\n'1': 2\n", [["DOCUMENT_SYNTAX", 2, 1]]],
  ["several documents", "a: 1\n---\nb: 2\n", [["DOCUMENT_SYNTAX", 2, 1]]],
  ["an unclosed quote", 'a: "x\n', [["DOCUMENT_SYNTAX", 2, 1]]],
  ["an unclosed brace", "a: { b: 1\n", [["DOCUMENT_SYNTAX", 2, 1]]],
  ["a tag", "a: !!js/function 'x'\n", [["DOCUMENT_SYNTAX", 1, 18]]],
  ["a tag of its own", "a: !secret x\n", [["DOCUMENT_SYNTAX", 1, 12]]],
  ["a merge key", "a: &x { n: 1 }\nb:\n  <<: *x\n", [["DOCUMENT_SYNTAX", 3, 3]]],
  ["a key that is a list", "? [a, b]\n: 1\n", [["DOCUMENT_SYNTAX", 1, 1]]],
  ["an alias of nothing", "a: *x\n", [["DOCUMENT_SYNTAX", 1, 4]]],
  ["an alias of itself", "a: &x [*x]\n", [["DOCUMENT_SYNTAX", 1, 8]]],
  ["bytes", "a: \u0000\u0001\n", [["DOCUMENT_SYNTAX", 1, 4]]],
  ["a megabyte and more", `a: ${"x".repeat(1_000_001)}`, [["DOCUMENT_LIMIT", 1, 1]]],
  ["ten thousand lists in lists", "[".repeat(10_000), [["DOCUMENT_LIMIT", 1, 69]]],
  ["lists in lists on one line", "- ".repeat(400_000), [["DOCUMENT_LIMIT", 1, 136]]],
  ["keys of keys", "? ".repeat(400_000), [["DOCUMENT_LIMIT", 1, 136]]],
  [
    "lists in lists by indentation",
    Array.from({ length: 90 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    [["DOCUMENT_LIMIT", 68, 69]],
  ],
])("refused: %s", (_, text, expected) => {
  expect(parse(text).problems).toEqual(expected);
});

test("aliases of aliases are refused at once", () => {
  const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 20; i++)
    bomb.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(", ")}]`,
    );
  expect(parse(bomb.join("\n")).problems).toMatchObject([["DOCUMENT_LIMIT", expect.any(Number), expect.any(Number)]]);
});

test("brackets and commas of texts are none of the document's", () => {
  const signs = "[{(".repeat(500) + ",".repeat(60_000);
  const text = `a: "${signs}"\nb: '${signs}'\nc: |\n  ${signs}\n  ${"x,\n  ".repeat(60_000)}\n# ${signs}\n`;
  expect(data(text)).toMatchObject({ a: signs, b: signs, c: expect.stringContaining(signs) });
});

test.each(["}", "[]", "&a ", "*a ", "!a ", '"', '"\\x41"', "a #\n", "|\n a\n"])(
  "a file full of mistakes is read until there are enough of them: %j",
  { timeout: 120_000 },
  (mistake) => {
    const problems = new Problems();
    const text = mistake.repeat(80_000 / mistake.length);
    expect(parseSource(text, { file: "a.yaml", problems })).toBeUndefined();
    expect(problems.list).toHaveLength(100);
    expect(problems.more).toBeGreaterThan(0);
    expect(problems.count).toBeLessThanOrEqual(1_002);
  },
);

test("mistakes before what is too deep are told, and what is open there is none", () => {
  expect(parse(`a: b: c\nd: ${"[".repeat(90)}`).problems).toEqual([
    ["DOCUMENT_SYNTAX", 1, 4],
    ["DOCUMENT_LIMIT", 2, 70],
  ]);
});

test.each(["\n", "#\n", "- \n", "a\n", "- - \n", "?\n", ":\n", "\r\n", "---\n", "... \n", "%x\n", "<<: ", "\t"])(
  "a file full of %j is read, or given up",
  { timeout: 120_000 },
  (part) => {
    const problems = new Problems();
    parseSource(part.repeat(100_000 / part.length), { file: "a.yaml", problems });
    for (const { code } of problems.list) expect(["DOCUMENT_LIMIT", "DOCUMENT_SYNTAX"]).toContain(code);
  },
);
