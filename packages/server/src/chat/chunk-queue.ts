/**
 * What one client has still to be sent. A client that reads slowly holds up nobody: what is said meanwhile grows together, so that
 * the queue is never much larger than the reply.
 */
import type { WireChunk } from "./wire-chunk.js";

/** Where the text of a chunk stands that may be joined with the one before. */
const joined: Readonly<Record<string, readonly [id: string, text: string]>> = {
  "text-delta": ["id", "delta"],
  "reasoning-delta": ["id", "delta"],
  "tool-input-delta": ["toolCallId", "inputTextDelta"],
};

export class ChunkQueue {
  #chunks: WireChunk[] = [];
  /** Where texts stand in the queue that more may be put to: others of their kind only come between. */
  readonly #tails = new Map<string, number>();
  #wake: (() => void) | undefined;
  #ended: "told" | "cut" | undefined;

  push(chunk: WireChunk): void {
    const [id, text] = joined[chunk.type] ?? [];
    if (id === undefined || text === undefined) {
      this.#tails.clear();
      this.#chunks.push(chunk);
    } else {
      const key = `${chunk.type} ${chunk[id]}`;
      const at = this.#tails.get(key);
      if (at === undefined) {
        this.#tails.set(key, this.#chunks.length);
        this.#chunks.push(chunk);
      } else {
        const before = this.#chunks[at]!;
        this.#chunks[at] = { ...before, [text]: `${before[text]}${chunk[text]}` };
      }
    }
    this.#wake?.();
  }

  end(how: "told" | "cut"): void {
    this.#ended ??= how;
    this.#wake?.();
  }

  /** All that is there; empty after `ms` without anything, or at the end. */
  async take(ms: number): Promise<readonly WireChunk[]> {
    if (this.#chunks.length === 0 && !this.#ended) await this.#news(ms);
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#tails.clear();
    return chunks;
  }

  /** How it ended, once all was taken. */
  get ended(): "told" | "cut" | undefined {
    return this.#chunks.length === 0 ? this.#ended : undefined;
  }

  #news(ms: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    }).then(() => {
      this.#wake = undefined;
    });
  }
}
