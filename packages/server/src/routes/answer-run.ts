/** Answers a request that drives a run on: with what has come of it, as soon as there is something to say. */
import { FlowError, type RunRecord } from "millrace";
import type { Host, HostedFlow } from "../host/index.js";
import { json, problemHeaders, type RouteServer, runAddress, type ServerContext } from "../http/index.js";
import { runView } from "./run-view.js";

export interface RunUnderWay {
  readonly id: string;
  /** Settles when it has come to rest here; never unheard. Absent: it is driven elsewhere, or not known where. */
  readonly done?: Promise<unknown>;
}

export interface AnswerRunOptions {
  readonly run: RunUnderWay;
  readonly hosted: HostedFlow;
  readonly waitMs: number;
  readonly context: ServerContext;
  readonly server: RouteServer;
}

/**
 * 200 with what has come of it; a problem where it has failed and somebody waited for it; 202 where it is not at rest in time, or waits
 * for the outside.
 */
export async function answerRun({ run, hosted, waitMs, context, server }: AnswerRunOptions): Promise<Response> {
  if (waitMs > 0) {
    const waiting = new AbortController();
    const done = run.done ?? untilRest(server.host, run.id, waiting.signal);
    await within(done, waitMs, context.req.raw.signal);
    waiting.abort();
  }
  const record = (await hosted.flow.runs.get(run.id)) as RunRecord;
  const view = await runView(record, { hosted, context, server });
  const location = runAddress(context, server, run.id);
  if (waitMs > 0 && view.error) {
    const problem = { ...view.error, run: run.id };
    return json(problem, problem.status, { ...problemHeaders(problem), location });
  }
  return json(view, view.status === "running" || view.status === "waiting" ? 202 : 200, { location });
}

/** Drives a stored run on, and resolves when that is stored or refused. */
export async function driveOn(host: Host, id: string, work: () => Promise<unknown>): Promise<RunUnderWay> {
  const begun = host.begun(id);
  const done = host.drive(work);
  done.catch(() => undefined);
  try {
    const first = await Promise.race([begun.promise, done]);
    if ((first as { readonly status?: string } | undefined)?.status === "running") return { id };
  } catch (error) {
    // how the run itself ended is told with the run
    if (!isOutcome(error, id)) throw error;
  } finally {
    begun.forget();
  }
  return { id, done };
}

const outcomes =
  /^(STEP|ROUTE|CHILD|STATE|EXPRESSION|ASK|APPROVAL)_|^RUN_(CANCELLED|STOPPED|TIMEOUT|OUTPUT_INVALID|CALL_LIMIT)$/;

function isOutcome(error: unknown, id: string): boolean {
  return FlowError.is(error) && error.runId === id && outcomes.test(error.code);
}

/** So often a run is looked at that may be driven in another process, in ms. */
const lookEveryMs = 200;

async function untilRest({ events, persistence }: Host, id: string, signal: AbortSignal): Promise<void> {
  let look: (() => void) | undefined;
  const unheard = events.on("*", ({ type, runId }) => {
    if (runId === id && type.startsWith("run.")) look?.();
  });
  try {
    while (!signal.aborted) {
      const record = await persistence.get(id);
      if (!record || (record.status !== "running" && !record.owned)) return;
      await new Promise<void>((resolve) => {
        look = resolve;
        setTimeout(resolve, lookEveryMs);
      });
    }
  } finally {
    unheard();
  }
}

/** Until it is done, the time is up, or nobody waits any more. */
async function within(done: Promise<unknown>, waitMs: number, gone: AbortSignal): Promise<void> {
  let leave: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const timer = setTimeout(leave, waitMs);
  gone.addEventListener("abort", leave, { once: true });
  await Promise.race([done.catch(() => undefined), until]);
  clearTimeout(timer);
  gone.removeEventListener("abort", leave);
}
