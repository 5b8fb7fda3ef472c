/** The one way in which values that JSON has no word for are written as JSON, whoever prints or sends them; `fromJson` is the way back. */
import { FlowError } from "../errors/index.js";

/**
 * Any value that a flow can store, as JSON: a Date by its ISO text, a BigInt by its digits, a URL by its address, a Map as an object or
 * as pairs, a Set and typed arrays as lists, bytes as base64, what is no number by its name, a FlowError as its data.
 *
 * @example
 * toJson({ at: new Date(0), n: 5n, tags: new Set(["a"]) }); // => { at: "1970-01-01T00:00:00.000Z", n: "5", tags: ["a"] }
 */
export function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return value.href;
  if (value instanceof Set) return [...value].map(toJson);
  if (value instanceof Map) return mapToJson(value);
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("base64");
  if (ArrayBuffer.isView(value)) return value instanceof DataView ? null : Array.from(value as Int8Array, toJson);
  if (Array.isArray(value)) return value.map(toJson);
  if (FlowError.is(value)) return toJson(value.toJSON());
  // also a key like __proto__ is one of its own
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, toJson(held)]));
}

function mapToJson(map: ReadonlyMap<unknown, unknown>): unknown {
  const entries = [...map].map(([key, held]) => [key, toJson(held)] as const);
  if (entries.every(([key]) => typeof key === "string")) return Object.fromEntries(entries as [string, unknown][]);
  return entries.map(([key, held]) => [toJson(key), held]);
}
