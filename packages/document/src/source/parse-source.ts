/**
 * Text to SourceNode. JSON is read as the YAML that it is. Nothing of YAML's wider world comes through: one document, no
 * tags but `!include`, no merge keys, keys are names, and aliases are copied within a bound.
 */
import { type Document, LineCounter, parseAllDocuments, type YAMLError } from "yaml";
import { limits } from "../limits.js";
import type { Problems } from "../problems/index.js";
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
  const document = read(text, lines);
  if (document === "too-deep") {
    problems.add("DOCUMENT_LIMIT", whole, tooDeep);
    return undefined;
  }
  if (document === "too-many") {
    problems.add("DOCUMENT_LIMIT", whole, tooMany);
    return undefined;
  }
  if (document === "several") {
    problems.add("DOCUMENT_SYNTAX", whole, {
      message: "The file holds several documents, parted by `---`.",
      hint: "Write one document a file, and `include` the others.",
    });
    return undefined;
  }
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  for (const error of document?.errors ?? []) {
    problems.add("DOCUMENT_SYNTAX", { place: at(error.pos[0]), path: [] }, plainly(error));
  }
  if (document && document.errors.length > 0) return undefined;
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

type Read = Document.Parsed | "several" | "too-deep" | "too-many" | undefined;

function read(text: string, lines: LineCounter): Read {
  if (deepestFlow(text) > limits.depth * 2) return "too-deep";
  // before a node is made of any: lines and commas are what parts values
  if ((text.match(/[\n,]/g)?.length ?? 0) > limits.values) return "too-many";
  try {
    const found = parseAllDocuments(text, {
      lineCounter: lines,
      version: "1.2",
      strict: true,
      // the reader finds them: here each key would be compared with all before it
      uniqueKeys: false,
      stringKeys: false,
      prettyErrors: false,
      merge: false,
      logLevel: "silent",
    });
    if (!Array.isArray(found) || found.length === 0) return undefined;
    return found.length > 1 ? "several" : (found[0] as Document.Parsed);
  } catch (error) {
    if (error instanceof RangeError) return "too-deep";
    throw error;
  }
}

/** Brackets that may be open at once, counted generously: what stands in quotes counts, too. */
function deepestFlow(text: string): number {
  let open = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++open);
    else if ((code === 0x5d || code === 0x7d) && open > 0) open--;
  }
  return deepest;
}

function placeOf(text: string, offset: number, file: string): Place {
  const before = text.slice(0, offset).split("\n");
  return { file, line: before.length, column: before.at(-1)!.length + 1 };
}

/** The reader's own words for a newcomer, by the library's code. */
function plainly({ code, message }: YAMLError): { message: string; hint: string } {
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
    RESOURCE_EXHAUSTION: ["The document is nested too deep.", tooDeep.hint],
  };
  const [text, hint] = said[code] ?? [
    `This can't be read: ${first}.`,
    "Put quotes around text with special characters.",
  ];
  return { message: text, hint };
}
