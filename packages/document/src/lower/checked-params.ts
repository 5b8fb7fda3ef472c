/** A step's parameters by the schema of what it takes. */
import { FlowError, listProblems } from "millrace";
import type { z } from "zod";
import type { StepDraft } from "./step-draft.js";

interface Options {
  readonly draft: StepDraft;
  /** Before any step has run: what is wrong came with the inputs. */
  readonly atStart?: boolean;
  /** The parameter that it is, if it is one of them. */
  readonly under?: string;
}

/** @throws {FlowError} STEP_PARAMS_INVALID – they are not what the step takes */
export function checkedParams(params: unknown, schema: z.ZodType | undefined, options: Options): unknown {
  if (!schema) return params;
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const { draft, atStart = false, under } = options;
  const { id, place } = draft;
  const lead = under === undefined ? [] : [under];
  const problems = parsed.error.issues.map(({ path, message }) => ({
    path: [...lead, ...(path as (string | number)[])],
    message,
  }));
  const at = draft.at("with", ...(problems[0]?.path.slice(0, 1) ?? [])).node?.place ?? place;
  const mend = `\`with\` at ${at.file}:${at.line}:${at.column}`;
  throw new FlowError(
    "STEP_PARAMS_INVALID",
    `The step "${id}" ${atStart ? "could not be called with what the inputs make of its" : "can't be called with these"} parameters: ${listProblems(problems, "(all of them)")}.`,
    {
      hint: atStart ? `Give other inputs, or mend ${mend}.` : `Mend ${mend}, or what its expressions lead to.`,
      details: { problems },
      ...(atStart && { step: id }),
    },
  );
}
