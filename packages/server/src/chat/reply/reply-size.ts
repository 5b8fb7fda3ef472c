/** How long a reply has become: it is kept as long as the run goes on. */
import type { WireChunk } from "./wire-chunk.js";

/** What is emitted for one reply, in characters: no client shows more. */
const longestReply = 16_000_000;

export class ReplySize {
  #size = 0;

  grow(chunk: WireChunk | string): "fine" | "too long" {
    this.#size += sizeOf(chunk);
    return this.#size > longestReply ? "too long" : "fine";
  }
}

/** Each chunk costs something, also an empty one. */
function sizeOf(chunk: WireChunk | string): number {
  if (typeof chunk === "string") return chunk.length + 10;
  let size = 10;
  for (const name in chunk) size += typeof chunk[name] === "string" ? chunk[name].length : 0;
  return size;
}
