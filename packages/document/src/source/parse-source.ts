/**
 * Text to SourceNode. JSON is read as the YAML that it is. Nothing of YAML's wider world comes through: one document, no
 * tags but `!include`, no merge keys, keys are names, and aliases are copied within a bound.
 */
import { LineCounter } from "yaml";
import { limits } from "../limits.js";
import type { Problems } from "../problems/index.js";
import { type ReadYaml, readYaml, type YamlMistake } from "./read-yaml.js";
import { type Includer, Reader, tooDeep, tooMany } from "./reader.js";
import type { Place, SourceNode } from "./source-node.js";

export interface ParseOptions {
  /** For places. */
  readonly file: string;
  readonly problems: Problems;
  readonly include?: Includer;
  readonly counter?: { values: number };
}

/** The document, or undefined when it can't be read: then there is at least one problem more. */
export function parseSource(given: string, options: ParseOptions): SourceNode | undefined {
  const { file, problems } = options;
  const text = given.replace(/^\ufeff/, "");
  const start: Place = { file, line: 1, column: 1 };
  const whole = { place: start, path: [] };
  if (Buffer.byteLength(text) > limits.fileBytes) {
    problems.add("DOCUMENT_LIMIT", whole, {
      message: `The file has ${Buffer.byteLength(text)} bytes; a document may have ${limits.fileBytes}.`,
      hint: "Split it by `include`, or put data into a file that a step reads.",
    });
    return undefined;
  }
  const odd = text.search(notText);
  if (odd >= 0) {
    problems.add(
      "DOCUMENT_SYNTAX",
      { place: placeOf(text, odd, file), path: [] },
      {
        message: "The file holds bytes that are no text.",
        hint: "Documents are text in UTF-8.",
      },
    );
    return undefined;
  }
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const { document, mistakes, gaveUp } = readYaml(text, lines);
  for (const mistake of mistakes)
    problems.add("DOCUMENT_SYNTAX", { place: at(mistake.offset), path: [] }, plainly(mistake));
  if (gaveUp) {
    const [code, words] = refusals[gaveUp.why];
    problems.add(code, { place: at(gaveUp.offset), path: [] }, words);
  }
  if (gaveUp || mistakes.length > 0) return undefined;
  if (!document?.contents) {
    problems.add("DOCUMENT_SYNTAX", whole, {
      message: "The file is empty.",
      hint: "A document has at least `flows:` with one flow.",
    });
    return undefined;
  }
  return new Reader(document, at, options).read();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what it is for
const notText = /[\u0000-\u0008\u000e-\u001f\u007f\ufffd]/u;

type Why = NonNullable<ReadYaml["gaveUp"]>["why"];

const refusals: Readonly<Record<Why, readonly ["DOCUMENT_LIMIT" | "DOCUMENT_SYNTAX", typeof tooDeep]>> = {
  mistakes: [
    "DOCUMENT_LIMIT",
    { message: "From here on nothing is read: there are too many mistakes.", hint: "Correct the first ones." },
  ],
  "too-deep": ["DOCUMENT_LIMIT", tooDeep],
  "too-many": ["DOCUMENT_LIMIT", tooMany],
  several: [
    "DOCUMENT_SYNTAX",
    {
      message: "The file holds several documents, parted by `---`.",
      hint: "Write one document a file, and `include` the others.",
    },
  ],
};

function placeOf(text: string, offset: number, file: string): Place {
  const before = text.slice(0, offset).split("\n");
  return { file, line: before.length, column: before.at(-1)!.length + 1 };
}

/** The reader's own words for a newcomer, by the library's code. */
function plainly({ code, message }: YamlMistake): { message: string; hint: string } {
  const first = message.split("\n")[0]!.replace(/[:.]?\s*$/, "");
  const said: Partial<Record<string, [string, string]>> = {
    TAB_AS_INDENT: ["A tab stands where the line is indented.", "YAML indents with spaces alone."],
    MISSING_CHAR: [`Something is missing: ${first}.`, "Close what was opened: a quote, a bracket, a brace."],
    BAD_INDENT: [`The indentation does not fit: ${first}.`, "Lines of one mapping or list begin in the same column."],
    BAD_ALIAS: [`An alias does not fit: ${first}.`, 'Text that begins with * or & wants quotes: "*text".'],
    MULTILINE_IMPLICIT_KEY: [
      "A key, or text with a colon, goes over several lines.",
      "Put quotes around text that holds `: `.",
    ],
    BLOCK_AS_IMPLICIT_KEY: ["A mapping stands where text is expected.", "Put quotes around text that holds `: `."],
    UNEXPECTED_TOKEN: [`Something stands where it can't: ${first}.`, "Put quotes around text with special characters."],
  };
  const [text, hint] = said[code] ?? [
    `This can't be read: ${first}.`,
    "Put quotes around text with special characters.",
  ];
  return { message: text, hint };
}
