import { keepServer } from "./keep-server.js";
import type { Served } from "./served.js";

/** As far as it is needed of what Next.js hands to a route: `[...path]` of its address, in older versions not as a promise. */
export interface NextContext {
  readonly params?: unknown;
}

type NextHandler = (request: Request, context?: NextContext) => Promise<Response>;

/** What a `route.ts` of Next.js exports. */
export type NextHandlers = Readonly<
  Record<"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS", NextHandler>
>;

/**
 * A server as the handlers of a route of Next.js, in `app/api/[...path]/route.ts`: the addresses of the server lie where `[...path]`
 * begins. It is made by the first request; where the route is loaded again, as it is edited, the new one takes its place.
 *
 * @example
 * export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toNextHandlers(() => createServer({ flows: [Hello] }));
 */
export function toNextHandlers(given: Served | Promise<Served> | (() => Served | Promise<Served>)): NextHandlers {
  const make = typeof given === "function" ? given : () => given;
  // one that is on its way is told to who asks
  if (given instanceof Promise) given.catch(() => undefined);
  let ready: Promise<Served> | undefined;
  const handle: NextHandler = async (request, context) => {
    const mount = mountOf(request, await context?.params);
    ready ??= keepServer(`next ${mount}`, make);
    const making = ready;
    let server: Served;
    try {
      server = await making;
    } catch (error) {
      // what could not be made is tried again
      if (ready === making) ready = undefined;
      throw error;
    }
    const isOwn = server.basePath !== "" && new URL(request.url).pathname.startsWith(server.basePath);
    return server.fetch(request, isOwn ? {} : { mount });
  };
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle, OPTIONS: handle };
}

/** What stands before `[...path]`. */
function mountOf({ url }: Request, params: unknown): string {
  const { pathname } = new URL(url);
  const rest = Object.values((params ?? {}) as object).find(Array.isArray) as readonly unknown[] | undefined;
  const segments = pathname.replace(/\/$/, "").split("/");
  return rest === undefined ? "" : segments.slice(0, Math.max(1, segments.length - rest.length)).join("/");
}
