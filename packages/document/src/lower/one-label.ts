/** A step that returns labels, one at a time: the plan of the flow is made for no more. */
import { FlowError } from "millrace";
import type { StepDraft } from "./step-draft.js";

type Stream = Generator<unknown, unknown> | AsyncGenerator<unknown, unknown>;

const isStream = (made: unknown): made is Stream =>
  typeof made === "object" &&
  made !== null &&
  /Generator$/.test(String((made as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]));

async function* last(stream: Stream, check: (made: unknown) => unknown): AsyncGenerator<unknown, unknown> {
  return check(yield* stream);
}

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
  return (given) => {
    const made = run(given);
    if (isStream(made)) return last(made, checked);
    return made instanceof Promise ? made.then(checked) : checked(made);
  };
}
