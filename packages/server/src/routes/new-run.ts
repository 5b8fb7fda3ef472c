/**
 * Starts a run for a request: with an id that tells whose it is, driven to rest in the background, durable when this resolves. With an
 * `Idempotency-Key` the id is made of it, so that the same request, in whichever process, starts one run.
 */
import { randomUUID } from "node:crypto";
import { FlowError, fromJson } from "millrace";
import type { HostedFlow } from "../host/index.js";
import type { RouteServer, ServerContext } from "../http/index.js";
import { driveOn, type RunUnderWay } from "./answer-run.js";
import { idempotencyKey, keyedId, keyReused, oneByOne } from "./keyed.js";
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

/** @throws {FlowError} SERVER_BUSY – so many runs are driven here as may be */
export function refuseBusy({ host, limits }: Pick<RouteServer, "host" | "limits">): void {
  if (host.driven < limits.runs) return;
  throw new FlowError("SERVER_BUSY", "The server drives as many runs as it may.", {
    hint: "Try again in a few seconds.",
    details: { retryAfterSeconds: 2 },
  });
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
  throw keyReused("a run with other inputs", id);
}
