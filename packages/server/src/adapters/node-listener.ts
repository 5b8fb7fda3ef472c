/** Requests of Node's own server as a fetch handler takes them, also where a framework has read the body before. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { FlowError } from "millrace";
import { type MountBindings, problemResponse } from "../http/index.js";

export type Fetch = (request: Request, bindings?: MountBindings) => Promise<Response>;

/** What a framework has done with a request before. */
export interface HandedOn extends MountBindings {
  /** What it has made of the body, which is not there to be read any more. */
  readonly body?: unknown;
}

export type NodeListener = (incoming: IncomingMessage, outgoing: ServerResponse, handedOn?: HandedOn) => Promise<void>;

export function nodeListener(fetch: Fetch): NodeListener {
  const handed = new WeakMap<IncomingMessage, HandedOn>();
  const listener = getRequestListener(
    (request, bindings) => {
      const { incoming } = bindings as { incoming: IncomingMessage };
      const { body, mount } = handed.get(incoming) ?? {};
      const mounted: MountBindings = mount === undefined ? (bindings as object) : { ...bindings, mount };
      return fetch(body === undefined ? request : withBody(request, body), mounted);
    },
    { overrideGlobalObjects: false, errorHandler: (error) => problemResponse(badRequest(error)) },
  );
  return (incoming, outgoing, handedOn) => {
    if (handedOn) handed.set(incoming, handedOn);
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
