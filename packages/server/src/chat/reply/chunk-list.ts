/**
 * Chunks that wait to be taken. Deltas of one text grow together, so that a list is never much larger than what it tells.
 */
import type { WireChunk } from "./wire-chunk.js";

/** Where the text of a chunk stands that may be joined with the one before. */
const joined: Readonly<Record<string, readonly [id: string, text: string]>> = {
  "text-delta": ["id", "delta"],
  "reasoning-delta": ["id", "delta"],
  "tool-input-delta": ["toolCallId", "inputTextDelta"],
};

interface Tail {
  readonly at: number;
  readonly texts: string[];
}

export class ChunkList<C extends WireChunk = WireChunk> {
  #chunks: C[] = [];
  /** Texts that more may be put to, by where they stand in the list: others of their kind only come between. */
  readonly #tails = new Map<string, Tail>();
  /** Texts that have grown, to be joined when they are taken. */
  readonly #grown: Tail[] = [];

  get length(): number {
    return this.#chunks.length;
  }

  push(chunk: C): void {
    const [id, text] = joined[chunk.type] ?? [];
    if (id === undefined || text === undefined) {
      this.#tails.clear();
      this.#chunks.push(chunk);
      return;
    }
    const key = `${chunk.type} ${chunk[id]}`;
    const tail = this.#tails.get(key);
    if (!tail) {
      this.#tails.set(key, { at: this.#chunks.length, texts: [String(chunk[text])] });
      this.#chunks.push(chunk);
      return;
    }
    if (tail.texts.length === 1) this.#grown.push(tail);
    tail.texts.push(String(chunk[text]));
  }

  /** All that is there; the list is empty then. */
  drain(): readonly C[] {
    const chunks = this.#chunks;
    for (const { at, texts } of this.#grown) {
      const chunk = chunks[at]!;
      chunks[at] = { ...chunk, [joined[chunk.type]![1]]: texts.join("") };
    }
    this.#chunks = [];
    this.#tails.clear();
    this.#grown.length = 0;
    return chunks;
  }
}
