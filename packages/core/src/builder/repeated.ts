/**
 * A step that is done again while a predicate says so, within one call. The result of each round is stored by its number: after a
 * crash, or in another attempt, those that are done stay done.
 */
import { FlowError } from "../errors/index.js";
import type { StepTools } from "../runtime/index.js";
import type { ParamsOf, ReturnOf } from "./builder-types.js";
import { collected, isGenerator } from "./generated.js";
import { isFlow } from "./is-flow.js";
import { RoundTools } from "./round-tools.js";
import type { Repeat, StepFlow } from "./spec.js";

/** What is done again: `round` is its number, from 1. */
// biome-ignore lint/suspicious/noExplicitAny: what it takes, its own type says
export type RoundFunction = (given: any, tools: StepTools, round: number) => unknown;

const defaultMax = 100;

/**
 * A function for a step: it calls `run` again and again, with the same parameters, while `while` answers true to what it returned,
 * at most `max` times, and returns what the last round did. Each round is stored when it is done and never done again. A round can
 * read the state; it can't change it, ask or sleep. A flow is run as a run of its own in each round.
 *
 * @throws {FlowError} PLAN_OPTION_INVALID – `while` is no function, or `max` no number of rounds
 * @example
 * const report = flow("report")
 *   .step("poll", repeated((_: object, tools, round) => ({ ready: round === 3 }), { while: ({ ready }) => !ready, max: 10 }))
 *   .compile();
 */
export function repeated<const F extends RoundFunction | StepFlow>(
  run: F,
  repeat: Repeat<NoInfer<ReturnOf<F>>>,
): (given: ParamsOf<F>, tools: StepTools) => Promise<ReturnOf<F>> {
  const { max = defaultMax } = checked(repeat);
  return async (given, tools) => {
    for (let round = 1; round <= max; round++) {
      const result = (await doRound(run, { given, tools, round })) as ReturnOf<F>;
      if (!goesOn(repeat.while(result, round), tools)) return result;
    }
    throw new FlowError(
      "STEP_REPEAT_LIMIT",
      `Step "${tools.call.step}" was done ${max} times, and its \`while\` still answers true.`,
      { hint: "Raise `max`, or mend `while`.", details: { max } },
    );
  };
}

interface Round {
  readonly given: unknown;
  readonly tools: StepTools;
  readonly round: number;
}

function doRound(run: RoundFunction | StepFlow, { given, tools, round }: Round): Promise<unknown> {
  const key = `round ${round}`;
  // the run that is started is what is stored
  if (isFlow(run)) return tools.runFlow(run, given as never, { key } as never) as Promise<unknown>;
  return tools.once(key, () => {
    const result = (run as RoundFunction)(given, new RoundTools(tools), round);
    return isGenerator(result) ? streamed(collected(result), tools) : result;
  });
}

async function streamed(chunks: AsyncGenerator<unknown, unknown>, { emit }: StepTools): Promise<unknown> {
  for (;;) {
    const next = await chunks.next();
    if (next.done) return next.value;
    emit(next.value);
  }
}

function goesOn(answer: unknown, { call: { step } }: StepTools): boolean {
  if (!(answer instanceof Promise)) return Boolean(answer);
  answer.catch(() => undefined);
  throw new FlowError("STEP_WHEN_FAILED", `The \`while\` of step "${step}" answered a promise.`, {
    hint: "It answers true or false at once, from what the round returned: do what takes time in the step.",
  });
}

function checked(repeat: Repeat): Repeat {
  const { while: goesOn, max = 1 } = (repeat ?? {}) as Partial<Repeat>;
  const wrong =
    typeof goesOn !== "function"
      ? "`repeat.while` is not a function"
      : Number.isInteger(max) && max >= 1
        ? undefined
        : `\`repeat.max\` is ${String(max)}`;
  if (wrong === undefined) return repeat;
  throw new FlowError("PLAN_OPTION_INVALID", `A step can't be repeated like this: ${wrong}.`, {
    hint: "Give { while: (result, round) => boolean, max: a whole number from 1 }.",
  });
}
