/**
 * Starts a run for a request: with an id that tells whose it is, driven to rest in the background, durable when this resolves. With an
 * `Idempotency-Key` the id is made of it, so that the same request, in whichever process, starts one run.
 */
import { createHash, randomUUID } from "node:crypto";
import { FlowError, fromJson } from "millrace";
import type { Host, HostedFlow } from "../host/index.js";
import { invalidRequest, type RouteServer, type ServerContext } from "../http/index.js";
import { driveOn, type RunUnderWay } from "./answer-run.js";
import { idOn, type RunBase, sameBase, startOn } from "./run-base.js";
import { sameInputs } from "./same-inputs.js";

export interface NewRunOptions {
  readonly inputs: unknown;
  /** What it begins on. */
  readonly base: RunBase;
  readonly context: ServerContext;
  readonly server: RouteServer;
  /** Told the run's id just before it begins. */
  readonly begins?: (id: string) => void;
}

/**
 * @throws {FlowError} RUN_INPUTS_INVALID – the inputs do not fit; nothing is stored
 * @throws {FlowError} SERVER_KEY_REUSED – the key has started a run with other inputs
 * @throws {FlowError} SERVER_BUSY, SERVER_DRAINING – nothing new is begun now
 */
export async function newRun(
  hosted: HostedFlow,
  { inputs: given, base, context, server, begins }: NewRunOptions,
): Promise<RunUnderWay> {
  const { host } = server;
  const key = idempotencyKey(context);
  const inputs = fromJson(given, hosted.inputs);
  const id = idOn(base, context.get("access"), key === undefined ? randomUUID() : keyedId(hosted.name, key));
  const start = () => {
    refuseBusy(server);
    begins?.(id);
    return driveOn(host, id, () => startOn(hosted, base, { id, inputs, ...host.driving }));
  };
  if (key === undefined) return start();
  return oneByOne(host, id, async () => {
    if (await host.persistence.get(id)) return sameRun(hosted, id, { inputs, base });
    try {
      return await start();
    } catch (error) {
      // of two processes at once, the other one has started it
      if (FlowError.is(error, "RUN_EXISTS")) return sameRun(hosted, id, { inputs, base });
      throw error;
    }
  });
}

/** What is beginning, by host and id. */
const beginning = new WeakMap<Host, Map<string, Promise<unknown>>>();

/** Requests with the same key begin one after the other: the first one's run is there for those that come next. */
async function oneByOne<T>(host: Host, id: string, begin: () => Promise<T>): Promise<T> {
  const begins = beginning.get(host) ?? new Map<string, Promise<unknown>>();
  beginning.set(host, begins);
  for (let other = begins.get(id); other; other = begins.get(id)) await other;
  const begun = begin();
  const over = begun.then(
    () => begins.delete(id),
    () => begins.delete(id),
  );
  begins.set(id, over);
  return begun;
}

/** @throws {FlowError} SERVER_BUSY – so many runs are driven here as may be */
export function refuseBusy({ host, limits }: Pick<RouteServer, "host" | "limits">): void {
  if (host.driven < limits.runs) return;
  throw new FlowError("SERVER_BUSY", "The server drives as many runs as it may.", {
    hint: "Try again in a few seconds.",
    details: { retryAfterSeconds: 2 },
  });
}

/** @throws {FlowError} SERVER_REQUEST_INVALID – it is empty, too long, or holds what can't be seen */
export function idempotencyKey(context: ServerContext): string | undefined {
  const key = context.req.header("idempotency-key");
  if (key === undefined || /^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw invalidRequest("The Idempotency-Key can't be used.", "Send 1 to 255 visible characters of ASCII, a UUID say.");
}

function keyedId(flow: string, key: string): string {
  return `key-${createHash("sha256")
    .update(JSON.stringify([flow, key]))
    .digest("base64url")
    .slice(0, 32)}`;
}

async function sameRun(
  { flow, flowClass }: HostedFlow,
  id: string,
  { inputs, base }: Pick<NewRunOptions, "inputs" | "base">,
): Promise<RunUnderWay> {
  const record = await flow.runs.get(id);
  const isSame = await flow.runs.inputs(id).then(
    (stored) => sameInputs(flowClass, stored, inputs),
    // a shortened journal may not tell of large ones that were parts of the state
    (error) => FlowError.is(error, "RUN_POSITION_GONE") || Promise.reject(error),
  );
  if (isSame && (!record || sameBase(record, base))) return { id };
  throw new FlowError("SERVER_KEY_REUSED", "The Idempotency-Key has started a run with other inputs.", {
    hint: "Send another key for another run.",
    runId: id,
  });
}
