/** `GET /healthz` and `/readyz`, which anybody may ask, and `/metrics`. */
import type { MiddlewareHandler } from "hono";
import { FlowError } from "millrace";
import type { Host } from "../host/index.js";
import { json, queryOf, type Routes, type ServerEnv } from "../http/index.js";
import { observeServer } from "./metrics.js";

/** A store that takes longer to find nothing is not ready, in ms. */
const readyWithinMs = 2000;

export const healthRoutes: Routes = (app, { host }) => {
  const answers = storeAnswers(host);
  app.get("/healthz", (context) => {
    queryOf(context, []);
    return json({ status: "ok" });
  });
  app.get("/readyz", async (context) => {
    queryOf(context, []);
    if (host.draining) throw new FlowError("SERVER_DRAINING", "The server is being stopped.");
    await answers();
    return json({ status: "ok" });
  });
};

/** Asks the store, once for all who ask at the same time: anybody may, as often as they like. Rejects where it does not answer. */
function storeAnswers({ persistence, logger }: Host): () => Promise<void> {
  let asking: Promise<void> | undefined;
  let told = false;
  const ask = async () => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new FlowError("PERSISTENCE_LOCKED", "The store does not answer.");
      timer = setTimeout(() => reject(error), readyWithinMs);
    });
    try {
      await Promise.race([persistence.check ? persistence.check() : persistence.get("readyz"), late]);
      told = false;
    } catch (error) {
      // once, until it answers again
      if (!told) logger?.error("the store of runs can't be used", { error });
      told = true;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

export interface ServerMetrics {
  /** Counts requests: to stand before everything that it is to count. */
  readonly count: MiddlewareHandler<ServerEnv>;
  readonly routes: Routes;
}

export function serverMetrics(host: Host): ServerMetrics {
  const { registry, requested } = observeServer(host);
  return {
    count: async (context, next) => {
      const began = performance.now();
      await next();
      // the pattern, not the path: paths have no end
      const route = context.req.matchedRoutes.findLast(({ method }) => method !== "ALL")?.path ?? "none";
      requested({ method: context.req.method, route, status: context.res.status, ms: performance.now() - began });
    },
    routes: (app) => {
      app.get("/metrics", async (context) => {
        queryOf(context, []);
        const access = context.get("access");
        if (access.confined || ![...host.flows.keys()].every((flow) => access.may(flow, "read"))) {
          throw new FlowError("SERVER_FORBIDDEN", "You may not see what all flows do.", {
            hint: 'It needs the right "read" of all flows, and no subject of its own.',
          });
        }
        return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } });
      });
    },
  };
}
