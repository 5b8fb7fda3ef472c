import { FlowError } from "millrace";
import type { Host, HostedFlow } from "../host/index.js";

export interface RunStart {
  readonly id: string;
  readonly inputs: unknown;
}

/**
 * Starts a run that is driven in the background; it is stored when this resolves, or a run of this id was there already.
 * @throws {FlowError} RUN_INPUTS_INVALID, PERSISTENCE_FAILED, SERVER_DRAINING, … – it could not begin; nothing is stored
 */
export async function startRun(host: Host, { flow }: HostedFlow, { id, inputs }: RunStart): Promise<void> {
  const begun = host.begun(id);
  const done = host.drive(() => flow.kickoff(inputs as object, { id, ...host.driving }));
  try {
    // how it ends, once it has begun, is another matter
    await Promise.race([begun.promise, done]);
  } catch (error) {
    if (!FlowError.is(error, "RUN_EXISTS") && !(await host.persistence.get(id))) throw error;
  } finally {
    begun.forget();
  }
  // told to the logger as of any run
  done.catch(() => undefined);
}
