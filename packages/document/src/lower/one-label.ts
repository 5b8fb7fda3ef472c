/** A step that returns labels, one at a time: the plan of the flow is made for no more. */
import { FlowError } from "millrace";
import { whenFinished } from "../streams.js";
import type { StepDraft } from "./step-draft.js";

/** @throws {FlowError} ROUTE_INVALID – it returned several at once */
export function oneLabel<G>({ id, place, common }: StepDraft, run: (given: G) => unknown): (given: G) => unknown {
  const checked = (made: unknown): unknown => {
    if (!Array.isArray(made) || made.length < 2) return made;
    throw new FlowError(
      "ROUTE_INVALID",
      `Router "${id}" returned ${made.length} labels at once, where one is expected.`,
      {
        hint:
          common.type === "code"
            ? `Say that it may, by \`several: true\` at ${place.file}:${place.line}, or return one of them.`
            : "Say that it may by `severalLabels` of its step type, or return one of them.",
        step: id,
      },
    );
  };
  return (given) => whenFinished(run(given), checked);
}
