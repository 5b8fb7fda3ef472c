/**
 * Sends one request and reads its answer within bounds. Redirects are followed here, so that each is checked like the first, and
 * nothing that belongs to one host is carried to another.
 */

import { FlowError } from "millrace";
import type { Agent, Response } from "undici";
import { stepError } from "../step-error.js";
import { checkHost, publicLookup } from "./public-address.js";

export interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly redirects: number;
  readonly allowPrivate: boolean;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly url: URL;
}

/** Connections are kept open between requests, those to private hosts apart from the others. */
const agents = new Map<boolean, Agent>();

async function agentFor(allowPrivate: boolean): Promise<Agent> {
  const { Agent } = await import("undici");
  const agent =
    agents.get(allowPrivate) ??
    new Agent({ connect: { timeout: 30_000, ...(!allowPrivate && { lookup: publicLookup }) } });
  agents.set(allowPrivate, agent);
  return agent;
}

/** @throws {FlowError} STEP_HTTP_REFUSED, STEP_HTTP_FAILED */
export async function send(url: URL, sending: Sending): Promise<Answer> {
  const timeUp = AbortSignal.timeout(sending.timeoutMs);
  const signal = AbortSignal.any([sending.signal, timeUp]);
  try {
    const { response, at } = await follow(url, { ...sending, signal });
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: await readBody(response, sending.maxBytes, at), url: at };
  } catch (thrown) {
    if (sending.signal.aborted) throw sending.signal.reason;
    const refused = causes(thrown).find((cause) => FlowError.is(cause));
    if (refused) throw refused;
    const reason = timeUp.aborted ? `no answer within ${sending.timeoutMs} ms` : reasonOf(thrown);
    throw failed(`${sending.method} ${place(url)}: ${reason}.`, thrown);
  }
}

async function follow(url: URL, sending: Sending): Promise<{ readonly response: Response; readonly at: URL }> {
  const { fetch } = await import("undici");
  const dispatcher = await agentFor(sending.allowPrivate);
  let at = url;
  let { method, headers, body } = sending;
  for (let hops = 0; ; hops++) {
    checkUrl(at, sending.allowPrivate);
    const response = await fetch(at, {
      method,
      headers,
      redirect: "manual",
      dispatcher,
      signal: sending.signal,
      ...(body !== undefined && { body }),
    });
    const location = redirects.has(response.status) ? response.headers.get("location") : null;
    if (location === null || sending.redirects === 0) return { response, at };
    await response.body?.cancel();
    if (hops === sending.redirects) throw failed(`${place(url)} redirects more than ${sending.redirects} times.`);
    const next = urlAt(location, at);
    if (!next) throw failed(`${place(at)} redirects to what is no URL.`);
    // As browsers do: a POST that was moved is read where it is now.
    if (response.status === 303 || (response.status < 303 && method === "POST")) {
      method = method === "HEAD" ? "HEAD" : "GET";
      body = undefined;
      headers = without(headers, (name) => name.startsWith("content-") || name === "idempotency-key");
    }
    // Credentials, and whatever else its author put into headers, were meant for the first host.
    if (next.origin !== at.origin) {
      headers = without(headers, (name) => !harmless.has(name));
      if (body !== undefined) throw refused(`${place(at)} redirects a request with a body to another host.`);
    }
    at = next;
  }
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const harmless: ReadonlySet<string> = new Set(["accept", "accept-language", "user-agent"]);

const without = (headers: Readonly<Record<string, string>>, drop: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !drop(name)));

function checkUrl(url: URL, allowPrivate: boolean): void {
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw refused(`${url.protocol} is no protocol of an http step.`);
  if (url.username || url.password)
    throw refused("The URL has a user or password in it; credentials belong into a connection.");
  if (!allowPrivate) checkHost(url);
}

async function readBody(response: Response, maxBytes: number, at: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Counted after decompression: what was small on the wire may be large.
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).byteLength;
    if (size > maxBytes) throw failed(`The answer of ${place(at)} is larger than ${maxBytes} bytes.`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

/** Where a request goes, without what may be secret. */
export const place = (url: URL): string => `${url.origin}${url.pathname}`;

function* causesOf(thrown: unknown): Generator<unknown> {
  for (let at = thrown, depth = 0; at !== undefined && at !== null && depth < 8; depth++) {
    yield at;
    if (at instanceof AggregateError) yield* at.errors;
    at = (at as { cause?: unknown }).cause;
  }
}
const causes = (thrown: unknown): unknown[] => [...causesOf(thrown)];

/** The last of what an error was caused by says what happened: `connect ECONNREFUSED …`. */
function reasonOf(thrown: unknown): string {
  const last = causes(thrown).at(-1) as { code?: unknown; message?: unknown };
  const text = String(last.message || last.code || "the connection failed");
  return text.replace(/\.$/, "");
}

function failed(message: string, cause?: unknown) {
  const hint = "Give the step `retry`, or raise `requestTimeout` or `maxBytes` where that is meant.";
  return stepError("STEP_HTTP_FAILED", message, { hint, cause });
}

const refused = (message: string) =>
  stepError("STEP_HTTP_REFUSED", message, { hint: "Name the address that is meant in the step or its connection." });

function urlAt(location: string, base: URL): URL | undefined {
  try {
    return new URL(location, base);
  } catch {
    return undefined;
  }
}
