/**
 * What of a finished reply was not shown while it came about: all of it, where no step has streamed; nothing, where all was; the
 * rest of a text whose beginning was.
 */
import type { ChatMessage } from "millrace";
import { partsShown, type ShownPart, type ShownText } from "./shown-part.js";
import { jsonText } from "./wire-chunk.js";

export function missingParts(reply: ChatMessage, shown: readonly ShownPart[]): ShownPart[] {
  return partsShown(reply).flatMap((part) => missingOf(part, shown));
}

function missingOf(part: ShownPart, shown: readonly ShownPart[]): ShownPart[] {
  switch (part.kind) {
    case "text":
    case "reasoning": {
      const text = missingText(part.text, textsOf(part.kind, shown));
      return text === "" ? [] : [{ ...part, text, open: false }];
    }
    case "tool":
      return shown.some((other) => other.kind === "tool" && other.toolCallId === part.toolCallId) ? [] : [part];
    case "data":
      return shown.some((other) => other.kind === "data" && sameData(other, part)) ? [] : [part];
    case "chunk":
      return part.chunk.type === "start-step" || shown.some((other) => other.kind === "chunk" && sameChunk(other, part))
        ? []
        : [part];
  }
}

const textsOf = (kind: ShownText["kind"], shown: readonly ShownPart[]): string[] =>
  shown.flatMap((part) => (part.kind === kind ? [part.text] : []));

/** A text may be shown as several: those that steps have streamed one after the other. */
function missingText(text: string, shown: readonly string[]): string {
  const wanted = text.trim();
  let begun = 0;
  for (let from = 0; from < shown.length; from++) {
    let said = "";
    for (let to = from; to < shown.length && said.length <= text.length; to++) {
      said += shown[to];
      if (said.length >= wanted.length && said.trim() === wanted) return "";
      if (to === shown.length - 1 && text.startsWith(said) && isBetweenWords(text, said.length))
        begun = Math.max(begun, said.length);
    }
  }
  return leftOver(text.slice(begun), shown);
}

/**
 * What a text that others were put together to has after them, in whatever order and with whatever space between: steps that
 * speak at the same time are heard mixed. All of it, where something before or between them, or most of it, was not shown: it
 * would be read after what it introduces.
 */
function leftOver(text: string, shown: readonly string[]): string {
  let left = [text];
  const pieces = shown.map((piece) => piece.trim()).filter((piece) => piece !== "");
  for (const piece of pieces.sort((a, b) => b.length - a.length)) {
    const at = left.findIndex((one) => placeOf(piece, one) >= 0);
    if (at < 0) continue;
    const one = left[at]!;
    const start = placeOf(piece, one);
    left = left.toSpliced(at, 1, one.slice(0, start), one.slice(start + piece.length));
  }
  const rest = left.pop()!.trim();
  const isLast = left.every((one) => one.trim() === "");
  return isLast && rest.length * 2 < text.trim().length ? rest : text;
}

/** Where a piece stands in a text by itself; -1: nowhere. */
function placeOf(piece: string, text: string): number {
  const isBorder = (char: string | undefined) => char === undefined || /\s/.test(char);
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1))
    if (isBorder(text[at - 1]) && isBorder(text[at + piece.length])) return at;
  return -1;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** Whether no word is cut there, also in scripts without spaces. */
const isBetweenWords = (text: string, at: number): boolean =>
  at === text.length || segmenter.segment(text).containing(at)?.index === at;

type Data = Extract<ShownPart, { kind: "data" }>;
type Chunk = Extract<ShownPart, { kind: "chunk" }>;

const sameData = (a: Data, b: Data) =>
  a.type === b.type && (b.id !== undefined ? a.id === b.id : jsonText(a.data) === jsonText(b.data));

const sameChunk = ({ chunk: a }: Chunk, { chunk: b }: Chunk) =>
  a.type === b.type && a.url === b.url && a.sourceId === b.sourceId;
