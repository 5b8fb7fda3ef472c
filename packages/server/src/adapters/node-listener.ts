/** Requests of Node's own server as a fetch handler takes them, also where a framework has read the body before. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { FlowError } from "millrace";
import { problemResponse } from "../http/index.js";

export type Fetch = (request: Request, bindings?: object) => Promise<Response>;

/** `body`: what a framework has made of it; it is not there to be read any more. */
export type NodeListener = (incoming: IncomingMessage, outgoing: ServerResponse, body?: unknown) => Promise<void>;

export function nodeListener(fetch: Fetch): NodeListener {
  const read = new WeakMap<IncomingMessage, unknown>();
  const listener = getRequestListener(
    (request, bindings) => {
      const { incoming } = bindings as { incoming: IncomingMessage };
      return fetch(read.has(incoming) ? withBody(request, read.get(incoming)) : request, bindings);
    },
    { overrideGlobalObjects: false, errorHandler: (error) => problemResponse(badRequest(error)) },
  );
  return (incoming, outgoing, body) => {
    if (body !== undefined) read.set(incoming, body);
    return listener(incoming, outgoing);
  };
}

/** A framework has inflated and parsed it, and has answered what it could not read. */
function withBody(request: Request, body: unknown): Request {
  const headers = new Headers(request.headers);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) headers.delete(name);
  const { url, method, signal } = request;
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers, signal });
  const bytes = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  return new Request(url, { method, headers, signal, body: bytes as NonNullable<RequestInit["body"]> });
}

/** What can't be made a request of: a host or an address that is none. */
function badRequest(cause: unknown): FlowError {
  return new FlowError("SERVER_REQUEST_INVALID", "The request's host or address can't be understood.", {
    hint: "Correct the address and the Host header.",
    cause,
  });
}
