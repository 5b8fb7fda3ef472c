/**
 * Parts of a reply that one chunk says whole: files, sources, borders of a model's steps, data without an id. A later attempt of a
 * step says them again, in the same order: what was shown already is not shown twice.
 */
import type { ShownChunk, ShownData, ShownPart } from "./shown-part.js";
import type { Say } from "./told-parts.js";
import { jsonText, type WireChunk } from "./wire-chunk.js";

type Once = ShownChunk | ShownData;

export class ReplyOnces {
  readonly #parts: ShownPart[];
  readonly #say: Say;
  readonly #byCall = new Map<string, Once[]>();

  constructor(parts: ShownPart[], say: Say) {
    this.#parts = parts;
    this.#say = say;
    for (const part of parts)
      if (part.kind === "chunk" || (part.kind === "data" && part.id === undefined)) this.#known(part);
  }

  /** False: it was shown already. */
  take(chunk: WireChunk, call: string): boolean {
    if (this.isAgain(chunk, call)) return false;
    const isData = chunk.type.startsWith("data-");
    const by = call === "" ? undefined : { call };
    const part: Once = isData
      ? { kind: "data", type: chunk.type, data: chunk.data, ...by }
      : { kind: "chunk", chunk, ...by };
    this.#parts.push(part);
    this.#known(part);
    this.#say(chunk, by);
    return true;
  }

  /** Whether it is one that was shown before; another one like it is not then. */
  isAgain(chunk: WireChunk, call: string): boolean {
    const again = this.#byCall.get(call)?.find((part) => part.stale && isSame(part, chunk));
    if (again) again.stale = false;
    return again !== undefined;
  }

  /** Another attempt of the call begins. */
  suspend(call: string): void {
    for (const part of this.#byCall.get(call) ?? []) part.stale = true;
  }

  #known(part: Once): void {
    const call = part.call ?? "";
    const known = this.#byCall.get(call);
    if (known) known.push(part);
    else this.#byCall.set(call, [part]);
  }
}

function isSame(part: Once, chunk: WireChunk): boolean {
  if (part.kind === "data") return part.type === chunk.type && jsonText(part.data) === jsonText(chunk.data);
  return part.chunk.type === chunk.type && jsonText(part.chunk) === jsonText(chunk);
}
