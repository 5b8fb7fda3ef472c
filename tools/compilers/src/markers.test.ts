import { expect, test } from "vitest";
import { parseOutput } from "./compile.js";
import { compare, readMarkers } from "./markers.js";

const source = `
  // error TS2345: "begn" ;; "begin"
  // error (legacy) TS1206: not valid
  @listen("begn") a() {}
  // error TS2345|TS2741:
  b();
`;
const markers = readMarkers("a.ts", source);
const found = parseOutput(
  `a.ts(4,3): error TS2345: "begn" is wrong.
  Did you mean "begin"?
a.ts(4,3): error TS1206: Decorators are not valid here.
a.ts(6,1): error TS2741: Property is missing.
`,
  "/folder",
);

test("a marker belongs to the next line of code, with a dialect if it names one", () => {
  expect(markers).toEqual([
    { file: "a.ts", line: 4, codes: ["TS2345"], words: ['"begn"', '"begin"'] },
    { file: "a.ts", line: 4, codes: ["TS1206"], words: ["not valid"], dialect: "legacy" },
    { file: "a.ts", line: 6, codes: ["TS2345", "TS2741"], words: [] },
  ]);
});

test("errors are read with all their lines", () => {
  expect(found[0]).toEqual({
    file: "a.ts",
    line: 4,
    code: "TS2345",
    message: '"begn" is wrong. Did you mean "begin"?',
  });
  expect(parseOutput("error TS5023: Unknown option.\n", "/folder")).toMatchObject([
    { file: "", line: 0, code: "TS5023" },
  ]);
});

test("all met", () => {
  expect(compare(markers, found)).toEqual([]);
});

test("a missing error fails", () => {
  expect(compare(markers, found.slice(1))).toEqual(['missing: a.ts:4 TS2345 "begn" ;; "begin"']);
});

test("a surplus error fails, also a second one of the same kind", () => {
  expect(compare(markers, [...found, found[1]!])).toEqual(["surplus: a.ts:4 TS1206 Decorators are not valid here."]);
});

test("the wrong line, code or words are both", () => {
  expect(compare(markers.slice(0, 1), [{ ...found[0]!, line: 5 }])).toHaveLength(2);
  expect(compare(markers.slice(0, 1), [{ ...found[0]!, code: "TS1" }])).toHaveLength(2);
  expect(compare(markers.slice(0, 1), [{ ...found[0]!, message: '"begn"' }])).toHaveLength(2);
});
