import type { IncomingMessage, ServerResponse } from "node:http";
import { type NodeListener, nodeListener } from "./node-listener.js";
import type { Served } from "./served.js";

/** As far as it is needed of Fastify's. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
  readonly body?: unknown;
}

export interface FastifyReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/**
 * A server as a handler of Fastify's routes.
 *
 * @example
 * const server = await createServer({ flows: [Hello], basePath: "/api" });
 * fastify.all("/api/*", toFastifyHandler(server));
 */
export function toFastifyHandler(
  given: Served | Promise<Served>,
): (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<void> {
  let listener: NodeListener | undefined;
  return async ({ raw, body }, reply) => {
    listener ??= nodeListener((await given).fetch);
    reply.hijack();
    await listener(raw, reply.raw, body ?? undefined);
  };
}
