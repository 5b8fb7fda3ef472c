import type { IncomingMessage, ServerResponse } from "node:http";
import { FlowError } from "millrace";
import { problemResponse } from "../http/index.js";
import { type NodeListener, nodeListener } from "./node-listener.js";
import type { Served } from "./served.js";

/** As Node's own server, Express, Connect and NestJS call it; `next` goes on with what is not for it. */
export type NodeHandler = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  next?: (error?: unknown) => void,
) => Promise<void>;

/** What frameworks add to a request. */
interface MountedRequest extends IncomingMessage {
  /** The address before a framework has taken from it what it is mounted under. */
  readonly originalUrl?: string;
  readonly body?: unknown;
}

/**
 * A server as a handler of Node's: for `http.createServer`, Express, Connect, and `app.use` of NestJS. It answers what lies below
 * the server's `basePath`, wherever it is mounted, and calls `next` for all else; without a `basePath` it answers the addresses that
 * the server has.
 *
 * @example
 * const server = await createServer({ flows: [Hello], basePath: "/flows-api" });
 * express().use(toNodeHandler(server)).listen(3000);
 */
export function toNodeHandler(given: Served | Promise<Served>): NodeHandler {
  const ready = Promise.resolve(given).then((server) => ({ server, listen: nodeListener(server.fetch) }));
  // told to who asks
  ready.catch(() => undefined);
  return async (incoming, outgoing, next) => {
    let made: { readonly server: Served; readonly listen: NodeListener };
    try {
      made = await ready;
    } catch (error) {
      if (next) return next(error);
      const failed = problemResponse(new FlowError("INTERNAL", "The server could not be made.", { cause: error }));
      outgoing.writeHead(failed.status, Object.fromEntries(failed.headers)).end(await failed.text());
      return;
    }
    const url = ownUrl(made.server, incoming);
    if (url === undefined && next) return next();
    if (url !== undefined) incoming.url = url;
    await made.listen(incoming, outgoing, bodyRead(incoming));
  };
}

/** The address as the server knows it; undefined: it has nothing there. */
function ownUrl({ basePath, serves }: Served, { originalUrl, url = "/" }: MountedRequest): string | undefined {
  const addresses = basePath === "" || originalUrl === undefined ? [url] : [originalUrl, url];
  return addresses.find((address) => {
    const [path = ""] = address.split("?", 1);
    return basePath === "" ? serves(path) : path === basePath || path.startsWith(`${basePath}/`);
  });
}

/** What a framework has read before; undefined: nothing, or there was none. */
function bodyRead(incoming: MountedRequest): unknown {
  const { body, headers } = incoming;
  const isThere = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  return isThere && incoming.readableDidRead ? body : undefined;
}
