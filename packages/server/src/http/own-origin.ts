/**
 * A browser sends what pages of other sites make it send, with the cookies of whoever sees them: what changes something is taken
 * from pages of this server's own origin, of those that `cors` names, and from what is no browser.
 */
import type { MiddlewareHandler } from "hono";
import { FlowError } from "millrace";
import type { CorsOptions } from "./cross-origin.js";
import type { ServerEnv } from "./server-context.js";

const harmless = new Set(["GET", "HEAD", "OPTIONS"]);

export function ownOrigin(cors: CorsOptions | undefined): MiddlewareHandler<ServerEnv> {
  const allowed = (origin: string) => cors?.origins === "*" || (cors?.origins.includes(origin) ?? false);
  return async ({ req }, next) => {
    const origin = req.header("origin");
    const site = req.header("sec-fetch-site");
    // where the browser itself says how the page stands to the address, it knows better: a proxy may have changed the host
    const foreign = site === undefined ? isForeign(origin, req.header("host")) : /^(?:cross|same)-site$/.test(site);
    if (foreign && !harmless.has(req.method) && !(origin !== undefined && allowed(origin))) {
      throw new FlowError("SERVER_ORIGIN_REFUSED", "Pages of other origins may not ask for this.", {
        hint: "Name the page's origin in the server's option `cors`.",
      });
    }
    await next();
  };
}

function isForeign(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}
