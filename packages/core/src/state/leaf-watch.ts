/**
 * Finds Dates, URLs and binary data of a state that were changed in place. Drafts can't see such a change: it would reach
 * other calls at once and no journal. Costs the size of the state, so only strict runs look.
 */
import { isObject } from "./kinds.js";
import type { PathKey, StatePath } from "./types.js";

interface Leaf {
  readonly path: StatePath;
  readonly value: object;
  readonly print: string;
}

export class LeafWatch {
  readonly #leaves: Leaf[] = [];

  constructor(root: unknown) {
    this.#walk(root, []);
  }

  /** Where something was changed in place since, if anywhere. */
  changed(): StatePath | undefined {
    return this.#leaves.find(({ value, print }) => printOf(value) !== print)?.path;
  }

  #walk(value: unknown, path: readonly PathKey[]): void {
    if (!isObject(value)) return;
    const print = printOf(value);
    if (print !== undefined) this.#leaves.push({ path, value, print });
    else if (value instanceof Map) for (const [key, item] of value) this.#walk(item, [...path, key as PathKey]);
    else if (Array.isArray(value)) value.forEach((item, index) => void this.#walk(item, [...path, index]));
    else for (const [key, item] of Object.entries(value)) this.#walk(item, [...path, key]);
  }
}

/** What such a value says now; undefined for a container. */
function printOf(value: object): string | undefined {
  if (value instanceof Date) return String(value.getTime());
  if (value instanceof URL) return value.href;
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("base64");
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  return undefined;
}
