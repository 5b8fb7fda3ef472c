import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { ServerEnv } from "./server-context.js";

export interface CorsOptions {
  /** Pages of these origins may ask, as in `["https://example.com"]`; `"*"`: those of all. */
  readonly origins: "*" | readonly string[];
  /** Cookies go along. Not with `"*"`. @default false */
  readonly credentials?: boolean;
}

/** Lets pages of other origins ask; without it none of theirs may. */
export function crossOrigin({ origins, credentials = false }: CorsOptions): MiddlewareHandler<ServerEnv> {
  return cors({
    origin: origins === "*" ? "*" : [...origins],
    credentials: credentials && origins !== "*",
    allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    exposeHeaders: ["Location", "Retry-After", "X-Vercel-AI-UI-Message-Stream"],
    maxAge: 600,
  });
}
