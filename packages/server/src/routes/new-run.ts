/** Starts a run for a request: with an id that tells whose it is, driven to rest in the background, durable when this resolves. */
import { randomUUID } from "node:crypto";
import { FlowError } from "millrace";
import type { HostedFlow } from "../host/index.js";
import type { RouteServer, ServerContext } from "../http/index.js";

export interface StartedHere {
  readonly id: string;
  /** Settles when the run has come to rest; never unheard. */
  readonly done: Promise<unknown>;
}

export interface NewRunOptions {
  readonly inputs: unknown;
  readonly context: ServerContext;
  readonly server: RouteServer;
  /** Told the run's id just before it begins. */
  readonly begins?: (id: string) => void;
}

/**
 * @throws {FlowError} RUN_INPUTS_INVALID – the inputs do not fit; nothing is stored
 * @throws {FlowError} SERVER_BUSY, SERVER_DRAINING – nothing new is begun now
 */
export async function newRun(
  hosted: HostedFlow,
  { inputs, context, server, begins }: NewRunOptions,
): Promise<StartedHere> {
  const { host, limits } = server;
  if (host.driven >= limits.runs) {
    throw new FlowError("SERVER_BUSY", "The server drives as many runs as it may.", {
      hint: "Try again in a few seconds.",
      details: { retryAfterSeconds: 2 },
    });
  }
  const id = context.get("access").own(randomUUID());
  begins?.(id);
  const begun = host.begun(id);
  const done = host.drive(() => hosted.flow.kickoff(inputs as object, { id, ...host.driving }));
  done.catch(() => undefined);
  try {
    // rejects where it can't begin; once it has begun, how it ends is another matter
    await Promise.race([begun.promise, done]);
  } finally {
    begun.forget();
  }
  return { id, done };
}
