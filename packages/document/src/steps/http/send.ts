/**
 * Sends one request and reads its answer within bounds. Redirects are followed here, so that each is checked like the first, and
 * nothing that belongs to one host is carried to another.
 */

import { FlowError } from "millrace";
import type { Agent, Response } from "undici";
import { stepError } from "../step-error.js";
import { causesOf, failed, place, unanswered } from "./failures.js";
import { checkHost, publicLookup } from "./public-address.js";
import { readBody } from "./read-body.js";

export interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly redirects: number;
  /** Asked for each address that it is sent on to. */
  readonly mayBePrivate: (url: URL) => boolean;
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

const maxHeaderBytes = 16_384;
/** More is what no timer can count. */
const longest = 2 ** 31 - 1;

/** Connections are kept open between requests, those to private hosts apart from the others. */
const agents = new Map<boolean, Agent>();

async function agentFor(allowPrivate: boolean): Promise<Agent> {
  const { Agent } = await import("undici");
  const agent =
    agents.get(allowPrivate) ??
    new Agent({
      maxHeaderSize: maxHeaderBytes,
      // how long a request may take in all is the step's to say
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: 30_000, ...(!allowPrivate && { lookup: publicLookup }) },
    });
  agents.set(allowPrivate, agent);
  return agent;
}

/** @throws {FlowError} STEP_HTTP_REFUSED, STEP_HTTP_FAILED */
export async function send(url: URL, sending: Sending): Promise<Answer> {
  const timeoutMs = Math.min(Math.max(Math.ceil(sending.timeoutMs), 1), longest);
  const timeUp = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([sending.signal, timeUp]);
  try {
    const { response, at } = await follow(url, { ...sending, signal });
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: await readBody(response, sending.maxBytes, at), url: at };
  } catch (thrown) {
    if (sending.signal.aborted) throw sending.signal.reason;
    const told = [...causesOf(thrown)].find((cause) => FlowError.is(cause));
    if (told) throw told;
    const request = `${sending.method} ${place(url)}`;
    if (timeUp.aborted) throw failed(`${request}: no answer within ${timeoutMs} ms.`, { cause: thrown });
    throw unanswered(request, thrown);
  }
}

async function follow(url: URL, sending: Sending): Promise<{ readonly response: Response; readonly at: URL }> {
  const { fetch } = await import("undici");
  let at = url;
  let { method, headers, body } = sending;
  for (let hops = 0; ; hops++) {
    const allowPrivate = sending.mayBePrivate(at);
    checkUrl(at, allowPrivate);
    const response = await fetch(at, {
      method,
      headers,
      redirect: "manual",
      dispatcher: await agentFor(allowPrivate),
      signal: sending.signal,
      ...(body !== undefined && { body }),
    });
    const location = redirects.has(response.status) ? response.headers.get("location") : null;
    if (location === null || sending.redirects === 0) return { response, at };
    await response.body?.cancel();
    if (hops === sending.redirects)
      throw failed(`${place(url)} redirects more than ${sending.redirects} times.`, {
        hint: "Name the address that it leads to, or raise `redirects` where that is meant.",
        retryable: false,
      });
    const next = urlAt(location, at);
    if (!next)
      throw failed(`${place(at)} redirects to what is no URL.`, {
        hint: "Name the address that is meant, or look at the redirect by `redirects: 0` and `expect`.",
        retryable: false,
      });
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

const refused = (message: string) =>
  stepError("STEP_HTTP_REFUSED", message, { hint: "Name the address that is meant in the step or its connection." });

function urlAt(location: string, base: URL): URL | undefined {
  try {
    return new URL(location, base);
  } catch {
    return undefined;
  }
}
