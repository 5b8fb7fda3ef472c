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
 * the server has. What it is mounted under stands in all addresses that it tells.
 *
 * @example
 * const server = await createServer({ flows: [Hello] });
 * express().use("/api", toNodeHandler(server)).listen(3000);
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
    const { originalUrl, url = "/" } = incoming as MountedRequest;
    const mount = mountOf(made.server, incoming);
    if (mount === undefined && next) return next();
    if (mount !== undefined) incoming.url = originalUrl ?? url;
    const body = bodyRead(incoming);
    await made.listen(incoming, outgoing, { ...(mount && { mount }), ...(body !== undefined && { body }) });
    // for what the framework does after it
    incoming.url = url;
  };
}

/** What stands in the address before the part that the server knows; undefined: it has nothing there. */
function mountOf({ basePath, serves }: Served, { originalUrl, url = "/" }: MountedRequest): string | undefined {
  const [path, whole] = [pathOf(url), pathOf(originalUrl ?? url)];
  const isBelow = (one: string) => one === basePath || one.startsWith(`${basePath}/`);
  if (basePath !== "" && isBelow(whole)) return "";
  const mount = path === "/" ? whole.replace(/\/$/, "") : whole.slice(0, -path.length);
  // a page at the root may be that of who hands requests on
  const isOwn = basePath === "" ? serves(path) || (path === "/" && mount !== "") : isBelow(path);
  return isOwn ? mount : undefined;
}

const pathOf = (address: string): string => address.split("?", 1)[0] ?? "";

/** What a framework has read before; undefined: nothing, or there was none. */
function bodyRead(incoming: MountedRequest): unknown {
  const { body, headers } = incoming;
  const isThere = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  return isThere && incoming.readableDidRead ? body : undefined;
}
