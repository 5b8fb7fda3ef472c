/**
 * A run that its caller wants back as it stands (`stopSignal`). No entry says so: it is as if the process had ended after its last
 * commit, only that what ran was told, and had time to come to an end.
 */
import { FlowError } from "../errors/index.js";
import type { Arrival, RunPort } from "../ports/index.js";
import type { RunMachine } from "./run-machine.js";

/** What is taken in once the run is to stop; the rest is found again by whoever takes it up. */
export function stillCounts({ type }: Arrival): boolean {
  return type === "call" || type === "note" || type === "stop";
}

/** Whether something is due that did not begin or did not come to an end; else the run ends or waits, like any other. */
export function isUnfinished({ scheduler, calls }: RunMachine, port: RunPort): boolean {
  if (scheduler.stopping) return false;
  if (port.pending > 0 || port.cutOff) return true;
  return scheduler.openCalls().some(({ id }) => !calls.isUnderWay(id) && !calls.isSuspended(id));
}

/** What running steps are told. */
export function stoppingError(runId: string): FlowError {
  return new FlowError("RUN_STOPPED", `Run ${runId} is being stopped by its caller.`, {
    hint: "Finish what can be finished soon: the step runs again when the run is resumed, unless it returns now.",
    runId,
  });
}

export function stoppedError(runId: string): FlowError {
  return new FlowError("RUN_STOPPED", `Run ${runId} was stopped by its caller, and stands at its last commit.`, {
    hint: `Go on with it by resume("${runId}"), in any process; flow.runs.recover() takes it up too.`,
    runId,
  });
}

/**
 * Before anything is done for a caller who has given up already.
 * @param runId Of a run that is stored.
 * @throws {FlowError} RUN_STOPPED
 */
export function refuseStopped({ stopSignal }: { readonly stopSignal?: AbortSignal }, runId?: string): void {
  if (!stopSignal?.aborted) return;
  if (runId !== undefined) throw stoppedError(runId);
  throw new FlowError("RUN_STOPPED", "The run was not started: its stopSignal was aborted before.", {
    hint: "Nothing is stored. Kick it off again with a signal that is not aborted.",
  });
}
