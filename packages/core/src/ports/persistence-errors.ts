/** The refusals of FlowPersistence in one wording, for every adapter. */
import { FlowError } from "../errors/index.js";
import type { RunStatus } from "./journal.js";
import type { Claim, RunOwner } from "./persistence.js";

export function runExists(runId: string): FlowError {
  return new FlowError("RUN_EXISTS", `A run with the id "${runId}" exists already.`, {
    runId,
    hint: "Give another id, or `resume` the run that has it.",
  });
}

export function runNotFound(runId: string): FlowError {
  return new FlowError("RUN_NOT_FOUND", `No run with the id "${runId}" is stored here.`, {
    runId,
    hint: "Look at `flow.runs.list()`, and check that this is the persistence that the run was started with.",
  });
}

export function runOwned(runId: string, owner: RunOwner): FlowError {
  const where = owner.pid === undefined ? "" : ` (process ${owner.pid})`;
  return new FlowError("RUN_OWNED", `Run "${runId}" is being driven by another process or call${where}.`, {
    runId,
    hint: "Wait until it rests; signals reach it meanwhile.",
    details: { owner: owner.id },
  });
}

export function claimLost(claim: Claim): FlowError {
  return new FlowError(
    "RUN_CLAIM_LOST",
    `Run "${claim.runId}" was taken over, or given up: claim ${claim.epoch} no longer stands.`,
    {
      runId: claim.runId,
      hint: "Leave the run to its new owner; `resume` follows it.",
    },
  );
}

export function runEnded(runId: string, status: RunStatus): FlowError {
  return new FlowError("RUN_ENDED", `Run "${runId}" is ${status} and takes no more messages.`, {
    runId,
    hint: "Start a new run.",
  });
}

export function persistenceClosed(): FlowError {
  return new FlowError("PERSISTENCE_CLOSED", "The persistence was closed.", {
    hint: "Close it only when the last of its runs rests, or make a new one.",
  });
}
