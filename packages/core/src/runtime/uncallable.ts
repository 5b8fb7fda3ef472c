/** Failures of calls that are never made. */
import { FlowError } from "../errors/index.js";

export function callLimit(step: string, maxCalls: number): FlowError {
  return new FlowError("RUN_CALL_LIMIT", `Step "${step}" was to be called more than ${maxCalls} times in one run.`, {
    hint: `If the loop is meant to be that long, give the flow a higher limit: new …({ maxCalls: ${maxCalls * 10} }), then resume the run.`,
    details: { maxCalls },
    step,
  });
}

/** @param payload what a step was handed that is called per element */
export function notAList(step: string, payload: unknown): FlowError {
  const kind = payload === null ? "null" : typeof payload;
  return new FlowError(
    "STEP_ELEMENTS_INVALID",
    `Step "${step}" is called for each element of a list, and was handed ${article(kind)}.`,
    {
      hint: "Return an array, a Set or a Map from the step that it waits for; what has committed does not run again, so start a new run.",
      details: { kind },
      step,
    },
  );
}

function article(kind: string): string {
  if (kind === "undefined" || kind === "null") return kind;
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}
