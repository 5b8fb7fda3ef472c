/** The app: what stands before the routes, the routes, and what answers where there is none. */
import { Hono } from "hono";
import { FlowError } from "millrace";
import type { Authenticate } from "./auth/index.js";
import { chatRoutes } from "./chat/index.js";
import {
  type AddressOptions,
  addressKey,
  type CorsOptions,
  crossOrigin,
  type MountBindings,
  ownOrigin,
  pathWithin,
  problemResponse,
  type RouteServer,
  type Routes,
  type ServerApp,
  type ServerContext,
  type ServerEnv,
  statusOf,
} from "./http/index.js";
import { apiRoutes, docsRoutes } from "./openapi/index.js";
import {
  driveRoutes,
  eventRoutes,
  flowRoutes,
  healthRoutes,
  linkMakingRoutes,
  linkRoutes,
  questionRoutes,
  runRoutes,
  scheduleRoutes,
  serverMetrics,
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
  linkMakingRoutes,
  chatRoutes,
  scheduleRoutes,
  apiRoutes,
];

/** What anybody may ask. */
const openRoutes: readonly Routes[] = [healthRoutes, docsRoutes, linkRoutes];

export interface AppOptions {
  readonly server: RouteServer;
  readonly authenticate: Authenticate;
  readonly cors?: CorsOptions;
  readonly address: AddressOptions;
}

export function makeApp({ server, authenticate, cors, address }: AppOptions): ServerApp {
  const getPath = (request: Request, options?: { env?: MountBindings }) => pathWithin(request, options?.env?.mount);
  const app = new Hono<ServerEnv>({ getPath }).basePath(server.basePath);
  const { rate } = server.limits;
  const count = async (context: ServerContext, by = addressKey(context, address)) => rate?.(by);
  const metrics = serverMetrics(server.host);
  app.onError((error) => {
    if (!FlowError.is(error) || statusOf(error.code) === 500) server.host.logger?.error("a request failed", { error });
    return problemResponse(error, server);
  });
  app.use(metrics.count, async (context, next) => {
    await next();
    context.res.headers.set("x-content-type-options", "nosniff");
  });
  if (cors) app.use(crossOrigin(cors));
  // whoever guesses links is counted; what else is open costs nothing
  app.use("/links/*", async (context, next) => {
    await count(context);
    await next();
  });
  for (const add of openRoutes) add(app, server);
  app.use(ownOrigin(cors));
  app.use(async (context, next) => {
    try {
      context.set("access", await authenticate(context.req.raw));
    } catch (error) {
      // keys that are guessed count too
      await count(context);
      throw error;
    }
    await count(context, context.get("access").key);
    await next();
  });
  for (const add of [...routes, metrics.routes]) add(app, server);
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

/** Whether there is a route at a path, by whatever method. A page at the root may be that of who hands requests on. */
export const servesPath = (app: ServerApp, path: string): boolean =>
  path !== "/" && app.routes.some((route) => route.method !== "ALL" && patternOf(route.path).test(path));

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/:[^/]+/g, "[^/]+")}$`);
