/**
 * The chunks by which a client that has a part of a reply is told the rest. It takes what comes for new parts of its message: what it
 * has must not be told again, and a text of which it has the beginning goes on as another one.
 */
import { chunksOf, type ShownPart, type ShownTool } from "./shown-part.js";
import type { WireChunk } from "./wire-chunk.js";

/** `seen`: what the client has, in the order in which it was shown. */
export function unseenChunks(parts: readonly ShownPart[], seen: readonly ShownPart[]): WireChunk[] {
  const left = [...seen];
  return parts.flatMap((part) => {
    const at = left.findIndex((other) => isSame(part, other));
    if (at < 0) return chunksOf(part);
    const [known] = left.splice(at, 1);
    return restOf(part, known!);
  });
}

function isSame(part: ShownPart, seen: ShownPart): boolean {
  switch (part.kind) {
    case "text":
    case "reasoning":
      return part.kind === seen.kind && part.text.startsWith(seen.text);
    case "tool":
      return seen.kind === "tool" && seen.toolCallId === part.toolCallId;
    case "data":
      return seen.kind === "data" && seen.type === part.type && seen.id === part.id;
    case "chunk":
      return seen.kind === "chunk" && seen.chunk.type === part.chunk.type && seen.chunk.url === part.chunk.url;
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
      return [];
    case "input-error":
      return seen.state === "error" ? [] : chunksOf(part);
    default:
      return chunksOf(part).slice(-1);
  }
}
