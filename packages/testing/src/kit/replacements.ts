import { FlowError, type FlowPlan, nearest, type Outputs, type StepHarness } from "millrace";
import type { StepName } from "./flow-maker.js";

/** What a step may be replaced by: a function of its payload, called on the flow, that answers what the step would. */
export type Replacement<F, Method> = Method extends (...payload: infer P) => infer R
  ? (this: F, ...payload: P) => R | ResultOf<R> | Promise<ResultOf<R>>
  : unknown;

/** Of a promise what it brings, of a generator what it returns. */
type ResultOf<R> =
  R extends PromiseLike<infer T>
    ? T
    : R extends AsyncGenerator<unknown, infer T, never> | Generator<unknown, infer T, never>
      ? T
      : R;

/** A step that is no method: a built one is given its parameters, another what its condition hands over. */
// biome-ignore lint/suspicious/noExplicitAny: of what a step is given, only methods have a type
type PlainReplacement<F, R> = (this: F, payload: any, index?: number) => R | Promise<R>;

/** By step. */
export type Replacements<F> = {
  readonly [K in StepName<F>]?: K extends keyof F ? Replacement<F, F[K]> : PlainReplacement<F, ResultNamed<F, K>>;
};

type ResultNamed<F, K> = K extends keyof Outputs<F> ? Exclude<Outputs<F>[K], undefined> : unknown;

/**
 * Puts replacements in the place of the code of steps.
 * @throws {FlowError} TEST_OPTION_INVALID – one is for a step that the flow does not have
 */
export function replacing(replacements: object | undefined, plan: FlowPlan): StepHarness {
  const given = new Map(Object.entries(replacements ?? {}).filter(([, code]) => code !== undefined));
  const steps = plan.steps.map(({ name }) => name);
  for (const step of given.keys()) if (!steps.includes(step)) throw unknownStep("replace", step, plan);
  return (step, code, flow) => {
    // flows that its steps run have steps of their own
    if (flow !== plan.flow) return code;
    const other = given.get(step) as ((...args: unknown[]) => unknown) | undefined;
    if (!other) return code;
    return (on, payload, sources) => {
      const { index } = sources;
      const params = code.given ? code.given(payload, sources) : payload;
      return index === undefined ? other.call(on, params) : other.call(on, params, index);
    };
  };
}

export function unknownStep(option: string, step: string, { flow, steps }: FlowPlan): FlowError {
  const names = steps.map(({ name }) => name);
  const near = nearest(step, names);
  return new FlowError("TEST_OPTION_INVALID", `\`${option}\` names "${step}", which is no step of flow "${flow}".`, {
    hint: near ? `Did you mean "${near}"?` : `Its steps are: ${names.join(", ")}.`,
    details: { option, given: step },
  });
}
