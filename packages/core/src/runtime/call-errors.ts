/** What is said of a step that does what it may not. */
import { FlowError } from "../errors/index.js";
import type { StatePath } from "../state/index.js";

export function changedInPlace(path: StatePath, step: string): FlowError {
  const place = path.join(".");
  return new FlowError(
    "STATE_CHANGED_IN_PLACE",
    `A Date, URL or typed array at "${place}" of the state was changed in place while step "${step}" ran.`,
    {
      hint: `Replace it instead: this.state.${place} = new …`,
      details: { path },
    },
  );
}

export function usedTooLate(
  member: string,
  { runId, step }: { readonly runId: string; readonly step: string },
): FlowError {
  return new FlowError("STATE_OUTSIDE_STEP", `Step "${step}" used this.${member} after it had returned.`, {
    hint: "Await everything that a step starts before it returns.",
    runId,
    step,
  });
}

export function whenFailed(step: string, what: string, cause?: unknown): FlowError {
  return new FlowError("STEP_WHEN_FAILED", `The \`when\` of step "${step}" ${what}.`, {
    hint: "It answers true or false at once, from the state and the payload: mend it and resume the run.",
    ...(cause !== undefined && { cause }),
  });
}

interface ElementsCall {
  readonly step: string;
  readonly record: { readonly payload: unknown };
}

/** What is made of several elements is a list with one result for each: it is taken apart by their places. */
export function checkBatch({ step, record }: ElementsCall, output: unknown): void {
  const { length } = record.payload as readonly unknown[];
  if (Array.isArray(output) && output.length === length) return;
  const made = Array.isArray(output) ? `${output.length} results` : "something that is no list";
  throw new FlowError(
    "STEP_BATCH_INVALID",
    `Step "${step}" was handed ${length} elements at once, and returned ${made}.`,
    {
      hint: "Return a list with one result for each element, in their order: `batched(…)`.",
      details: { elements: length },
      step,
    },
  );
}

export function unknownRoute({ step }: { readonly step: string }, label: string, routes: readonly string[]): FlowError {
  return new FlowError(
    "ROUTE_UNKNOWN",
    `Router "${step}" returned the label "${label}", which is not among its routes: ${routes.join(", ") || "(none)"}.`,
    {
      hint: `Add it to \`routes\`, or let some step listen to "${label}".`,
      details: { label, routes },
    },
  );
}
