/** What an `Idempotency-Key` makes of a request: what it begins is named by the key, so that a repeat finds it, in whichever process. */
import { createHash, randomUUID } from "node:crypto";
import { FlowError } from "millrace";
import type { Host } from "../host/index.js";
import { invalidRequest, type ServerContext } from "../http/index.js";

/** @throws {FlowError} SERVER_REQUEST_INVALID – it is empty, too long, or holds what can't be seen */
export function idempotencyKey(context: ServerContext): string | undefined {
  const key = context.req.header("idempotency-key");
  if (key === undefined || /^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw invalidRequest("The Idempotency-Key can't be used.", "Send 1 to 255 visible characters of ASCII, a UUID say.");
}

/** The name of what a key begins, of all that is begun in this place. */
export function keyedId(place: string, key: string): string {
  return `key-${digestOf([place, key])}`;
}

/** The same of a request that may have no key: then it is new each time. */
export function nameOf(context: ServerContext, place: string): string {
  const key = idempotencyKey(context);
  return key === undefined ? randomUUID() : keyedId(place, key);
}

/** The same of the same value, whatever the order of its keys. */
export function digestOf(value: unknown): string {
  const sorted = (_: string, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return createHash("sha256").update(JSON.stringify(value, sorted)).digest("base64url").slice(0, 32);
}

/** `what`: what it has begun. */
export function keyReused(what: string, runId?: string): FlowError {
  return new FlowError("SERVER_KEY_REUSED", `The Idempotency-Key has started ${what}.`, {
    hint: "Send another key for another one.",
    ...(runId !== undefined && { runId }),
  });
}

/** What is beginning, by host and id. */
const beginning = new WeakMap<Host, Map<string, Promise<unknown>>>();

/** Requests with the same key begin one after the other: the first one's run is there for those that come next. */
export async function oneByOne<T>(host: Host, id: string, begin: () => Promise<T>): Promise<T> {
  const begins = beginning.get(host) ?? new Map<string, Promise<unknown>>();
  beginning.set(host, begins);
  for (let other = begins.get(id); other; other = begins.get(id)) await other;
  const begun = begin();
  const over = begun.then(
    () => begins.delete(id),
    () => begins.delete(id),
  );
  begins.set(id, over);
  return begun;
}
