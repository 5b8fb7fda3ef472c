/** What is said of a run that a step has started, or could not start. They lack a run id: the engine adds that of the parent. */
import { FlowError } from "../errors/index.js";
import type { ChildNote } from "../ports/index.js";
import { liveError } from "./failures.js";

export function childFailed({ run, flow, status, error }: ChildNote): FlowError {
  const cause = error && liveError(error);
  const what =
    status === "cancelled" ? "was cancelled" : `failed: ${cause ? innermost(cause).message : "it does not say why"}`;
  return new FlowError("CHILD_FAILED", `Run ${run} of flow "${flow}" ${what}`, {
    hint: "A retry of the step, or a resume of this run, goes on with the child where it stood; or catch it in the step.",
    details: { run, flow, code: error?.code ?? "RUN_CANCELLED" },
    cause,
  });
}

/** The failure of the run deepest inside: those around it say no more. */
function innermost(error: FlowError): FlowError {
  let inner = error;
  while (FlowError.is(inner, "CHILD_FAILED") && FlowError.is(inner.cause)) inner = inner.cause;
  return inner;
}

/** What keeps it from being started, or gone on with. */
export function childStuck(
  { run, flow, begun }: { readonly run: string; readonly flow: string; readonly begun: boolean },
  cause: FlowError,
): FlowError {
  return new FlowError(
    "CHILD_FAILED",
    `Run ${run} of flow "${flow}" can't ${begun ? "go on" : "start"}: ${cause.message}`,
    {
      hint: cause.hint,
      details: { run, flow, code: cause.code },
      cause,
    },
  );
}

export function tooDeep(flow: string, depth: number): FlowError {
  return new FlowError("CHILD_TOO_DEEP", `Flow "${flow}" would run inside ${depth} other runs.`, {
    hint: "A flow that runs itself needs a way to end: look at the inputs that it hands on.",
    details: { depth },
  });
}

export function otherPersistence(flow: string): FlowError {
  return new FlowError("CHILD_PERSISTENCE_DIFFERS", `An instance of flow "${flow}" has a persistence of its own.`, {
    hint: "Give both the same persistence object, or the child none: then it uses its parent's.",
  });
}

export function runInOnce(): FlowError {
  return new FlowError("CHILD_IN_ONCE", "this.runFlow was used inside this.once.", {
    hint: "A child is kept by itself: run it beside `once`, not in it.",
  });
}
