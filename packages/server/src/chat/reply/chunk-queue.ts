/** What one client has still to be sent. A client that reads slowly holds up nobody. */
import { ChunkList } from "./chunk-list.js";
import type { WireChunk } from "./wire-chunk.js";

export class ChunkQueue {
  readonly #chunks = new ChunkList();
  /** By their texts. */
  readonly #held = new Map<string, WireChunk>();
  #wake: (() => void) | undefined;
  #ended: "told" | "cut" | undefined;

  /** The start of a text that is sent with what comes of it, if anything does. */
  hold(start: WireChunk): void {
    this.#held.set(textOf(start), start);
  }

  push(chunk: WireChunk): void {
    const start = this.#held.size > 0 ? this.#held.get(textOf(chunk)) : undefined;
    if (start) {
      this.#held.delete(textOf(chunk));
      if (chunk.type.endsWith("-end")) return;
      this.#chunks.push(start);
    }
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

const textOf = ({ type, id }: WireChunk): string => `${type.slice(0, type.indexOf("-"))} ${id}`;
