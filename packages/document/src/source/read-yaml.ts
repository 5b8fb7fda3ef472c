/**
 * YAML's text to YAML's nodes, within bounds. The library reads in two steps: signs to tokens, without recursion, and tokens to
 * nodes, with it. What is nested too deep, or holds too much, is seen between the two and gets no further: a stack that runs out
 * within a regular expression takes the process down, and no `catch` helps. Mistakes are counted, and many are enough.
 */
import { Composer, type CST, type Document, type ErrorCode, Lexer, type LineCounter, Parser } from "yaml";
import { limits } from "../limits.js";

export interface YamlMistake {
  readonly code: ErrorCode;
  readonly message: string;
  readonly offset: number;
}

export interface ReadYaml {
  /** Undefined: there is none, or it was given up. */
  readonly document: Document.Parsed | undefined;
  readonly mistakes: readonly YamlMistake[];
  /** Why it was not read to its end, and how far it was. */
  readonly gaveUp?: { readonly why: "too-deep" | "too-many" | "several" | "mistakes"; readonly offset: number };
}

const options = {
  version: "1.2",
  strict: true,
  // the reader finds them: here each key would be compared with all before it
  uniqueKeys: false,
  stringKeys: false,
  merge: false,
  logLevel: "silent",
} as const;

/** Each level is a token that is open, and a few stand around them. */
const deepest = limits.depth + 8;
/** Signs that part values; a value comes with at most three. */
const structure: ReadonlySet<string> = new Set([",", ":", "-", "?", "{", "["]);
const mostSigns = limits.values * 3;
/** Of all kinds, ends of lines and comments too. */
const mostLexemes = limits.values * 8;
const mostMistakes = limits.problems * 10;

type GaveUp = NonNullable<ReadYaml["gaveUp"]>;

class Enough {}

export function readYaml(text: string, lines: LineCounter): ReadYaml {
  const mistakes: YamlMistake[] = [];
  const reading: Reading = {
    note(mistake) {
      mistakes.push(mistake);
      if (mistakes.length <= mostMistakes) return;
      reading.gaveUp ??= { why: "mistakes", offset: mistake.offset };
      throw new Enough();
    },
  };
  let document: Document.Parsed | undefined;
  try {
    for (const read of composerOf(reading.note).compose(tokensOf(text, lines, reading))) {
      if (document) reading.gaveUp ??= { why: "several", offset: read.range[0] };
      document ??= read as Document.Parsed;
    }
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  for (const { code, message, pos } of document?.errors ?? []) mistakes.push({ code, message, offset: pos[0] });
  const { gaveUp } = reading;
  // what is open at the place where reading ended is no mistake
  return gaveUp
    ? { document, mistakes: mistakes.filter(({ offset }) => offset < gaveUp.offset), gaveUp }
    : { document, mistakes };
}

interface Reading {
  readonly note: Note;
  gaveUp?: GaveUp;
}

type Note = (mistake: YamlMistake) => void;

type Source = number | readonly [number, number] | { readonly offset: number };
type Told = readonly [source: Source, code: ErrorCode, message: string, isWarning?: boolean];

/** It would make an error with a stack of each mistake, and there may be a hundred thousand. */
function composerOf(note: Note): Composer {
  const composer = new Composer(options);
  const onError = (...[source, code, message, isWarning]: Told) => {
    if (!isWarning) note({ code, message, offset: offsetOf(source) });
  };
  return Object.assign(composer, { onError });
}

const offsetOf = (source: Source): number =>
  typeof source === "number" ? source : "offset" in source ? source.offset : source[0];

function* tokensOf(text: string, lines: LineCounter, reading: Reading) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let signs = 0;
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > mostLexemes || (structure.has(lexeme) && ++signs > mostSigns))
      reading.gaveUp = { why: "too-many", offset: parser.offset };
    else yield* valid(parser.next(lexeme), reading.note);
    if (parser.stack.length > deepest) reading.gaveUp = { why: "too-deep", offset: parser.offset };
    if (reading.gaveUp) break;
  }
  yield* valid(parser.end(), reading.note);
}

function* valid(tokens: Iterable<CST.Token>, note: Note) {
  for (const token of tokens) {
    if (token.type !== "error") yield token;
    else note({ code: "UNEXPECTED_TOKEN", message: `${token.message}: ${token.source}`, offset: token.offset });
  }
}
