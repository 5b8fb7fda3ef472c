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
  ["several documents", "a: 1\n---\nb: 2\n", [["DOCUMENT_SYNTAX", 1, 1]]],
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
  ["ten thousand lists in lists", "[".repeat(10_000), [["DOCUMENT_LIMIT", 1, 1]]],
  [
    "lists in lists by indentation",
    Array.from({ length: 90 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    [["DOCUMENT_LIMIT", 62, 62]],
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
