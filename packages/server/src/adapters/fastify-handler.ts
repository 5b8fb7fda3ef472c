import type { IncomingMessage, ServerResponse } from "node:http";
import { type NodeListener, nodeListener } from "./node-listener.js";
import type { Served } from "./served.js";

/** As far as it is needed of Fastify's. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
  readonly body?: unknown;
  /** The route that has matched, as `"/api/*"`. */
  readonly routeOptions?: { readonly url?: string | undefined };
}

export interface FastifyReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/**
 * A server as a handler of Fastify's routes: the addresses of the server lie where the `*` of the route stands, or, if it has a
 * `basePath`, below that.
 *
 * @example
 * const server = await createServer({ flows: [Hello] });
 * fastify.all("/api/*", toFastifyHandler(server));
 */
export function toFastifyHandler(
  given: Served | Promise<Served>,
): (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<void> {
  let listener: NodeListener | undefined;
  return async ({ raw, body, routeOptions }, reply) => {
    const { fetch, basePath } = await given;
    listener ??= nodeListener(fetch);
    reply.hijack();
    const mount = basePath === "" ? mountOf(raw.url, routeOptions?.url) : "";
    await listener(raw, reply.raw, { ...(mount && { mount }), ...(body !== null && body !== undefined && { body }) });
  };
}

/** As many parts of the address as the route has before its `*`. */
function mountOf(url = "/", route = ""): string {
  if (!route.endsWith("/*")) return "";
  const [path = ""] = url.split("?", 1);
  return path
    .split("/")
    .slice(0, route.split("/").length - 1)
    .join("/");
}
