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

/** `busy`: the run in the way, with its status; one that has ended came in between. */
export function sessionBusy(session: string, busy: { readonly id: string; readonly status: RunStatus }): FlowError {
  const { id, status } = busy;
  const active = status === "running" || status === "waiting";
  const message = active
    ? `Session "${session}" has a run that is ${status}: "${id}".`
    : `Session "${session}" has gone on meanwhile with run "${id}".`;
  return new FlowError("SESSION_BUSY", message, { runId: id, hint: wayOn(id, status), details: { session, status } });
}

function wayOn(id: string, status: RunStatus): string {
  if (status === "waiting")
    return `Send it the signal that it waits for, resume it, or end it by flow.runs.cancel("${id}").`;
  if (status === "running")
    return `Wait until it rests; if its process is gone, resume it, or end it by flow.runs.cancel("${id}").`;
  return "Continue the session again.";
}

export function persistenceClosed(): FlowError {
  return new FlowError("PERSISTENCE_CLOSED", "The persistence was closed.", {
    hint: "Close it only when the last of its runs rests, or make a new one.",
  });
}
