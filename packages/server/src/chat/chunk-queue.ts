/** What one client has still to be sent. A client that reads slowly holds up nobody. */
import { ChunkList } from "./chunk-list.js";
import type { WireChunk } from "./wire-chunk.js";

export class ChunkQueue {
  readonly #chunks = new ChunkList();
  #wake: (() => void) | undefined;
  #ended: "told" | "cut" | undefined;

  push(chunk: WireChunk): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  end(how: "told" | "cut"): void {
    this.#ended ??= how;
    this.#wake?.();
  }

  /** All that is there; empty after `ms` without anything, or at the end. */
  async take(ms: number): Promise<readonly WireChunk[]> {
    if (this.#chunks.length === 0 && !this.#ended) await this.#news(ms);
    return this.#chunks.drain();
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
