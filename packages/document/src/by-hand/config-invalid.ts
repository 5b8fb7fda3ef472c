import { FlowError, listProblems, type ValueProblem } from "millrace";
import type { z } from "zod";

/** `error`: what a schema found wrong; it is listed, and kept as `details.problems`. */
export function configInvalid(
  message: string,
  {
    hint,
    error,
    problems = error && problemsOf(error),
  }: {
    readonly hint: string;
    readonly error?: z.ZodError;
    readonly problems?: readonly ValueProblem[] | undefined;
  },
): FlowError {
  const listed = problems ? `${message}: ${listProblems(problems, "(all of it)")}.` : message;
  return new FlowError("STEP_CONFIG_INVALID", listed, { hint, ...(problems && { details: { problems } }) });
}

export function paramsInvalid(type: string, error: z.ZodError): FlowError {
  const problems = problemsOf(error);
  return new FlowError(
    "STEP_PARAMS_INVALID",
    `A step of type ${type} can't be run with these parameters: ${listProblems(problems, "(all of them)")}.`,
    { hint: "Correct them where the step is run.", details: { problems } },
  );
}

const problemsOf = ({ issues }: z.ZodError): readonly ValueProblem[] =>
  issues.map(({ path, message }) => ({ path: path as (string | number)[], message }));
