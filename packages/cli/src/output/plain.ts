/** Any value that a flow can store, as plain JSON for standard output: a Date by its ISO text, a Map as an object or as pairs. */
export function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return value.href;
  if (value instanceof Set) return [...value].map(toPlain);
  if (value instanceof Map) return plainMap(value);
  if (ArrayBuffer.isView(value)) return value instanceof DataView ? null : Array.from(value as Uint8Array, toPlain);
  if (value instanceof ArrayBuffer) return Array.from(new Uint8Array(value));
  if (Array.isArray(value)) return value.map(toPlain);
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, toPlain(held)]));
}

function plainMap(map: ReadonlyMap<unknown, unknown>): unknown {
  const entries = [...map].map(([key, held]) => [key, toPlain(held)] as const);
  if (entries.every(([key]) => typeof key === "string")) return Object.fromEntries(entries as [string, unknown][]);
  return entries.map(([key, held]) => [toPlain(key), held]);
}
