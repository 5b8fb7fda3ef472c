import type { ServerContext } from "./server-context.js";

/** Where a request comes from; undefined: that is not known, as in a handler without a socket. */
export function addressOf({ env, req }: ServerContext, trustProxy: boolean): string | undefined {
  // the last one is what the proxy itself has seen, those before it anybody may have written
  const forwarded = trustProxy ? req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return forwarded || incoming?.socket?.remoteAddress;
}
