/** Serves requests on a port of its own, by Node's own server. */
import { createServer, type Server } from "node:http";
import { FlowError } from "millrace";
import { problemResponse } from "../http/index.js";
import { answerClientErrors } from "./client-errors.js";
import { type Fetch, nodeListener } from "./node-listener.js";

export interface ListenOptions {
  /** 0: any that is free. @default 3000 */
  readonly port?: number;
  /** @default "127.0.0.1" */
  readonly hostname?: string;
  /** Allows an address that others reach, though nobody is asked who they are. @default false */
  readonly openToAll?: boolean;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
  readonly hostname: string;
  /** Takes no new connections, and ends those that are idle; resolves when all have ended, at the latest after `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

const loopback = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

/**
 * @throws {FlowError} SERVER_ADDRESS_REFUSED – others could reach it, and nobody is asked who they are
 * @throws {FlowError} SERVER_LISTEN_FAILED – the port is taken, or the address is not this host's
 */
export async function listenOn(
  fetch: Fetch,
  { port = 3000, hostname = "127.0.0.1", openToAll = false, hasAuth }: ListenOptions & { readonly hasAuth: boolean },
): Promise<Listening> {
  if (!loopback.test(hostname) && !hasAuth && !openToAll) {
    throw new FlowError("SERVER_ADDRESS_REFUSED", `Everybody who reaches ${hostname} could do everything.`, {
      hint: "Give `auth`, listen on 127.0.0.1, or allow it by `openToAll: true`.",
      details: { hostname },
    });
  }
  // headers of 16 KB, and as long as that takes: a client that sends them byte by byte holds nothing for long
  // a name that leads here by a trick is another origin's way to read everything
  const onlyHere = loopback.test(hostname) && !hasAuth && !openToAll;
  const listener = nodeListener(onlyHere ? forThisMachine(fetch) : fetch);
  const server = createServer(
    { maxHeaderSize: 16_384, headersTimeout: 20_000, requestTimeout: 120_000, keepAliveTimeout: 5_000 },
    (incoming, outgoing) => void listener(incoming, outgoing),
  );
  answerClientErrors(server);
  await listening(server, port, hostname);
  const address = server.address() as { port: number };
  const shown = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    url: `http://${shown}:${address.port}`,
    port: address.port,
    hostname,
    close: (graceMs = 1000) => closed(server, graceMs),
  };
}

function forThisMachine(fetch: Fetch): Fetch {
  return async (request, bindings) => {
    const { hostname } = new URL(request.url);
    if (loopback.test(hostname.replace(/^\[(.*)\]$/, "$1"))) return fetch(request, bindings);
    return problemResponse(
      new FlowError("SERVER_HOST_REFUSED", "This server answers for this machine alone.", {
        hint: "Ask for 127.0.0.1 or localhost.",
      }),
    );
  };
}

function listening(server: Server, port: number, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new FlowError("SERVER_LISTEN_FAILED", `The server can't listen on ${hostname}:${port}.`, {
          hint: "Give another `port` (0: any that is free), or a `hostname` of this machine.",
          details: { hostname, port },
          cause,
        }),
      );
    });
    server.listen(port, hostname, resolve);
  });
}

function closed(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
