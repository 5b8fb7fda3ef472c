/** The app: what stands before the routes, the routes, and what answers where there is none. */
import { Hono } from "hono";
import { FlowError } from "millrace";
import type { Authenticate } from "./auth/index.js";
import { chatRoutes } from "./chat/index.js";
import {
  problemResponse,
  type RouteServer,
  type Routes,
  type ServerApp,
  type ServerEnv,
  statusOf,
} from "./http/index.js";

import {
  driveRoutes,
  eventRoutes,
  flowRoutes,
  questionRoutes,
  runRoutes,
  scheduleRoutes,
  startRoutes,
} from "./routes/index.js";

/** In the order in which they are asked; what stands first wins. */
const routes: readonly Routes[] = [
  flowRoutes,
  startRoutes,
  runRoutes,
  eventRoutes,
  driveRoutes,
  questionRoutes,
  chatRoutes,
  scheduleRoutes,
];

export function makeApp(server: RouteServer, authenticate: Authenticate): ServerApp {
  const app = new Hono<ServerEnv>().basePath(server.basePath);
  app.onError((error) => {
    if (!FlowError.is(error) || statusOf(error.code) === 500) server.host.logger?.error("a request failed", { error });
    return problemResponse(error, server);
  });
  app.use(async (context, next) => {
    context.set("access", await authenticate(context.req.raw));
    await next();
  });
  for (const add of routes) add(app, server);
  app.notFound((context) => notFound(app, context.req.path, context.req.method, server));
  return app;
}

// biome-ignore lint/complexity/useMaxParams: what a request is
function notFound(app: ServerApp, path: string, method: string, server: RouteServer): Response {
  const methods = new Set(
    app.routes
      .filter((route) => route.method !== "ALL" && patternOf(route.path).test(path))
      .map((route) => route.method),
  );
  if (methods.size === 0) {
    return problemResponse(
      new FlowError("SERVER_ROUTE_NOT_FOUND", "There is nothing at this address.", {
        hint: "GET /openapi.json tells what there is.",
      }),
      server,
    );
  }
  if (methods.has("GET")) methods.add("HEAD");
  const allow = [...methods, "OPTIONS"].join(", ");
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
  return problemResponse(
    new FlowError("SERVER_METHOD_NOT_ALLOWED", "This address does not take this method.", {
      hint: `It takes: ${allow}.`,
      details: { allow },
    }),
    server,
  );
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/:[^/]+/g, "[^/]+")}$`);
