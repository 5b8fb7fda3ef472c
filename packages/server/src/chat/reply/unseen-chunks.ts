/**
 * The chunks by which a client that has a part of a reply is told the rest. It takes what comes for new parts of its message: what it
 * has must not be told again, and a text of which it has the beginning goes on as another one.
 */
import { chunksOf, type ShownPart, type ShownText, type ShownTool } from "./shown-part.js";
import type { WireChunk } from "./wire-chunk.js";

/** So many texts that the client has are looked at for each one: they come in the order in which they were shown. */
const mostLooked = 20;

export interface Unseen {
  readonly chunks: readonly WireChunk[];
  /** Starts of texts that are open, and of which the client has all so far. */
  readonly starts: readonly WireChunk[];
}

/** `seen`: what the client has, in the order in which it was shown. */
export function unseenChunks(parts: readonly ShownPart[], seen: readonly ShownPart[]): Unseen {
  const left = new Map<string, ShownPart[]>();
  for (const part of seen) {
    const key = keyOf(part);
    const same = left.get(key);
    if (same) same.push(part);
    else left.set(key, [part]);
  }
  const starts: WireChunk[] = [];
  const chunks = parts.flatMap((part) => {
    const known = taken(left.get(keyOf(part)), part);
    if (!known) return chunksOf(part);
    const rest = restOf(part, known);
    const isAll = isText(part) && rest.length === 1;
    if (isAll) starts.push(...rest);
    return isAll ? [] : rest;
  });
  return { chunks, starts };
}

function taken(left: ShownPart[] | undefined, part: ShownPart): ShownPart | undefined {
  if (!left) return undefined;
  return isText(part) ? takenText(left as ShownText[], part) : left.shift();
}

/** The text as far as the client has it: one that it was told the rest of later is several there. */
function takenText(left: ShownText[], part: ShownText): ShownText | undefined {
  let text: string | undefined;
  for (let at = 0; at < Math.min(left.length, mostLooked) && text !== part.text; ) {
    if (part.text.startsWith(left[at]!.text, text?.length)) text = (text ?? "") + left.splice(at, 1)[0]!.text;
    else at++;
  }
  return text === undefined ? undefined : { ...part, text };
}

const isText = (part: ShownPart): part is ShownText => part.kind === "text" || part.kind === "reasoning";

/** Those that may be the same have the same. */
function keyOf(part: ShownPart): string {
  switch (part.kind) {
    case "text":
    case "reasoning":
      return part.kind;
    case "tool":
      return `tool ${part.toolCallId}`;
    case "data":
      return `${part.type} ${part.id}`;
    case "chunk":
      return `chunk ${part.chunk.type} ${part.chunk.url}`;
  }
}

function restOf(part: ShownPart, seen: ShownPart): WireChunk[] {
  switch (part.kind) {
    case "text":
    case "reasoning": {
      const text = part.text.slice((seen as typeof part).text.length);
      return text === "" && !part.open ? [] : chunksOf({ ...part, text });
    }
    case "tool":
      return restOfTool(part, seen as ShownTool);
    case "data":
      return part.id === undefined ? [] : chunksOf(part);
    case "chunk":
      return [];
  }
}

/** An input that is told twice is two calls to a client, where a step has begun between them: of what it has, only the end is told. */
function restOfTool(part: ShownTool, seen: ShownTool): WireChunk[] {
  if (seen.state === "streaming" || part.state === "streaming") return chunksOf(part);
  switch (part.state) {
    case "input":
      if (!part.decided) return [];
      return part.called || !seen.decided ? chunksOf(part).slice(-1) : [];
    case "input-error":
      return seen.state === "error" ? [] : chunksOf(part);
    default:
      return chunksOf(part).slice(-1);
  }
}
