/** The metadata of a reply: what its flow has told of it, one after the other, merged as clients of the AI SDK do. */
import { isDeepStrictEqual } from "node:util";
import type { ShownPart } from "./shown-part.js";
import { type Fields, isFields } from "./wire-chunk.js";

/** Undefined: none was told. */
export function metadataOf(parts: readonly ShownPart[]): Fields | undefined {
  let all: Fields | undefined;
  for (const part of parts) {
    if (part.kind !== "chunk" || part.chunk.type !== "message-metadata") continue;
    all = merged(all ?? {}, part.chunk.messageMetadata as Fields);
  }
  return all;
}

/** Whether it was told already. */
export function isToldIn(metadata: unknown, parts: readonly ShownPart[]): boolean {
  const told = metadataOf(parts) ?? {};
  return !isFields(metadata) || isDeepStrictEqual(merged(told, metadata), told);
}

/** Objects are merged, all else is replaced. */
function merged(a: Fields, b: Fields): Fields {
  const all = new Map<string, unknown>(Object.entries(a));
  for (const [name, value] of Object.entries(b)) {
    const before = all.get(name);
    all.set(name, isFields(before) && isFields(value) ? merged(before, value) : value);
  }
  return Object.fromEntries(all);
}
