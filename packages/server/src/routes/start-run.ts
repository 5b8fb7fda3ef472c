/** `POST /flows/:name`: starts a run, and waits for what comes of it as long as the request says. */
import { durationMs, FlowError, type RunRecord } from "millrace";
import type { HostedFlow } from "../host/index.js";
import {
  bodyOf,
  flowOf,
  invalidRequest,
  json,
  type RouteServer,
  type Routes,
  type ServerContext,
} from "../http/index.js";
import { newRun, type StartedHere } from "./new-run.js";
import { runView } from "./run-view.js";

export const startRoutes: Routes = (app, server) => {
  app.post("/flows/:name", async (context) => {
    const hosted = flowOf(context, server, "run");
    const waitMs = waitOf(context, server);
    const inputs = await bodyOf(context, server);
    const run = await newRun(hosted, { inputs, context, server });
    return answerWhenDone({ run, hosted, waitMs, context, server });
  });
};

interface Answering {
  readonly run: StartedHere;
  readonly hosted: HostedFlow;
  readonly waitMs: number;
  readonly context: ServerContext;
  readonly server: RouteServer;
}

/** 200 with what has come of it, a problem where it has failed, or 202 where it is not at rest in time, or waits for the outside. */
export async function answerWhenDone({ run, hosted, waitMs, context, server }: Answering): Promise<Response> {
  if (waitMs > 0) await within(run.done, waitMs, context.req.raw.signal);
  const record = (await hosted.flow.runs.get(run.id)) as RunRecord;
  const view = await runView(hosted.flow, record, server);
  const at = { location: `${server.basePath}/runs/${encodeURIComponent(run.id)}` };
  if (waitMs > 0 && view.error) {
    return json({ ...view.error, run: run.id }, view.error.status, {
      ...at,
      "content-type": "application/problem+json",
    });
  }
  return json(view, view.status === "running" || view.status === "waiting" ? 202 : 200, at);
}

/** Until it is done, the time is up, or nobody waits any more. */
async function within(done: Promise<unknown>, waitMs: number, gone: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let leave: (() => void) | undefined;
  const until = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, waitMs);
    leave = resolve;
    gone.addEventListener("abort", resolve as () => void, { once: true });
  });
  await Promise.race([done.catch(() => undefined), until]);
  clearTimeout(timer);
  gone.removeEventListener("abort", leave as () => void);
}

/**
 * How long a request wants to wait, in ms: `?wait=30` in seconds, `?wait=2m`, or `Prefer: wait=30`; never longer than the limit.
 * @throws {FlowError} SERVER_REQUEST_INVALID – it is no duration
 */
export function waitOf(context: ServerContext, { limits }: RouteServer): number {
  const preferred = /(?:^|[,;\s])wait=(\d{1,9})(?:$|[,;\s])/.exec(context.req.header("prefer") ?? "")?.[1];
  const given = context.req.query("wait") ?? preferred;
  if (given === undefined) return 0;
  const wanted = /^\d{1,9}(?:\.\d{1,3})?$/.test(given) ? Number(given) * 1000 : duration(given);
  return Math.min(wanted, limits.waitMs);
}

function duration(given: string): number {
  try {
    return durationMs(given as "1s");
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    throw invalidRequest(`"wait" is no duration: ${given.slice(0, 100)}`, "Give seconds, as in ?wait=30, or ?wait=2m.");
  }
}
