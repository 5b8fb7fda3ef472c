import type { Served } from "./served.js";

type NextHandler = (request: Request) => Promise<Response>;

/** What a `route.ts` of Next.js exports. */
export type NextHandlers = Readonly<
  Record<"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS", NextHandler>
>;

/**
 * A server as the handlers of a route of Next.js, in `app/api/[...path]/route.ts`, with `basePath: "/api"`.
 *
 * @example
 * export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toNextHandlers(createServer({ flows: [Hello], basePath: "/api" }));
 */
export function toNextHandlers(given: Served | Promise<Served>): NextHandlers {
  const ready = Promise.resolve(given);
  // told to who asks
  ready.catch(() => undefined);
  const handle: NextHandler = async (request) => (await ready).fetch(request);
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle, OPTIONS: handle };
}
