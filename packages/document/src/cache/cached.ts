/** Answers from a cache what a step has made before of the same: its whole definition, and all that it is given. */
import { createHash } from "node:crypto";
import { type Duration, durationMs } from "millrace";
import { z } from "zod";
import { isStream } from "../streams.js";
import type { ResultStore } from "./result-store.js";

const duration = z
  .union([
    z.int().min(1),
    z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'is no duration: milliseconds, or "10s", "5m", "1.5h", "2d"'),
  ])
  .describe("How long a result is taken for good.");

/** `cache:` of a step: `1h`, or `{ ttl: 1h }`. */
export const cacheField = z
  .union([duration, z.strictObject({ ttl: duration })])
  .describe(
    "Keeps the result: a call with the same definition and the same parameters is answered from `.millrace/cache`.",
  );
export type CacheField = z.output<typeof cacheField>;

export const cacheTtlMs = (field: CacheField): number =>
  durationMs((typeof field === "object" ? field.ttl : field) as Duration);

/** What a cached call is known by. Anything that decides the result belongs in here; secrets do not. */
export interface CacheIdentity {
  readonly type: string;
  /** With its references resolved. */
  readonly config: unknown;
  readonly params: unknown;
  /** As written, without secrets. */
  readonly connection?: unknown;
  /** Of the step's type: a hash of the module, for code. */
  readonly more?: unknown;
}

/** Undefined: it can't be told what the result depends on, for something in it can't be written down. */
export function cacheKey(identity: CacheIdentity): string | undefined {
  try {
    return createHash("sha256")
      .update(JSON.stringify(sorted({ ...identity }, 0)))
      .digest("hex");
  } catch {
    return undefined;
  }
}

/** The stored result, or that of `make`, stored. A failure is not kept. */
export async function cached(
  identity: CacheIdentity,
  { store, ttlMs }: { readonly store: ResultStore; readonly ttlMs: number },
  make: () => unknown,
): Promise<unknown> {
  const key = cacheKey(identity);
  const kept = key === undefined ? undefined : await store.get(key, ttlMs);
  if (kept) return kept.value;
  const value = await finished(make());
  if (key !== undefined) await store.set(key, value);
  return value;
}

/** What a generator returns, or has yielded: a cached step does not stream. */
async function finished(made: unknown): Promise<unknown> {
  const value = await made;
  if (!isStream(value)) return value;
  const chunks: unknown[] = [];
  for (;;) {
    const { value: chunk, done } = await value.next();
    if (done && chunk !== undefined) return chunk;
    if (done) return chunks.length > 0 && chunks.every((one) => typeof one === "string") ? chunks.join("") : chunks;
    chunks.push(chunk);
  }
}

/** The same text for the same data, in whatever order its keys stand; kinds that JSON does not have are told apart. */
function sorted(value: unknown, depth: number): unknown {
  if (depth > 100) throw new RangeError("nested too deep");
  if (typeof value === "bigint") return { "~bigint": String(value) };
  if (value === undefined) return { "~undefined": 1 };
  if (typeof value === "number" && !Number.isFinite(value)) return { "~number": String(value) };
  if (typeof value === "function" || typeof value === "symbol") throw new TypeError("not data");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => sorted(one, depth + 1));
  if (value instanceof Date) return { "~date": value.getTime() };
  if (value instanceof Uint8Array) return { "~bytes": Buffer.from(value).toString("base64") };
  if (value instanceof Map) return { "~map": sorted([...value], depth + 1) };
  if (value instanceof Set) return { "~set": sorted([...value], depth + 1) };
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, sorted(one, depth + 1)]);
}
