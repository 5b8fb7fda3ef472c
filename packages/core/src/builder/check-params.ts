/** What a step's schema says of its parameters: at once where they are fixed, at kickoff where inputs decide, else at the call. */
import type { z } from "zod";
import { FlowError, listProblems, type ValueProblem } from "../errors/index.js";
import { parseStrict } from "../state/index.js";

interface Place {
  readonly flow: string;
  readonly step: string;
}

/**
 * What the schema makes of the parameters. Unknown keys are errors, unless they are inputs of a whole flow, of which a step takes
 * what it needs.
 * @throws {FlowError} STEP_PARAMS_INVALID – they do not fit
 */
export function parseParams(schema: z.ZodType, given: unknown, place: Place & { readonly lenient?: boolean }): unknown {
  const problems = paramProblems(schema, given, place.lenient);
  if ("value" in problems) return problems.value;
  throw paramsInvalid(problems.found, place);
}

export function paramProblems(
  schema: z.ZodType,
  given: unknown,
  lenient = false,
): { readonly value: unknown } | { readonly found: readonly ValueProblem[] } {
  if (!lenient) {
    const parsed = parseStrict(schema, given);
    return parsed.ok ? { value: parsed.value } : { found: parsed.problems };
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return { value: parsed.data };
  return { found: parsed.error.issues.map(({ path, message }) => ({ path: path as (string | number)[], message })) };
}

export function paramsInvalid(problems: readonly ValueProblem[], { flow, step }: Place): FlowError {
  return new FlowError(
    "STEP_PARAMS_INVALID",
    `Step "${step}" of flow "${flow}" can't be called with these parameters: ${listProblems(problems, "(all of them)")}`,
    {
      hint: "Give the step what its `params` schema describes, or mend what its references lead to.",
      details: { problems },
      step,
    },
  );
}
