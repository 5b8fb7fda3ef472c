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
