/** A step that is done again while an expression is true. Each round is stored: after a crash those that are done stay done. */
import { FlowError } from "millrace";
import { z } from "zod";
import { compileExpression, Scope, type Values } from "../expressions/index.js";
import type { StepDraft } from "./step-draft.js";

interface Called {
  readonly values: Values;
  readonly params: unknown;
  readonly tools: { once(key: string, make: () => unknown): Promise<unknown> };
}

export function repeated<C extends Called>(
  draft: StepDraft,
  { scope }: { readonly scope: Scope },
  call: (called: C) => unknown,
): (called: C) => unknown {
  const { max, while: text } = draft.common.repeat!;
  const { node } = draft.at("repeat", "while");
  const inner = repeatScope(scope);
  const compiled = compileExpression(text, inner, node?.place ?? draft.place);
  if ("problem" in compiled) return call;
  const { expression } = compiled;
  return async (called) => {
    for (let round = 1; round <= max; round++) {
      const values = { ...called.values, round };
      const result = await called.tools.once(`round ${round}`, () => call({ ...called, values }));
      if (expression.evaluate({ ...values, result }) !== true) return result;
    }
    throw new FlowError(
      "STEP_REPEAT_LIMIT",
      `The step "${draft.id}" was done ${max} times, and \`${text}\` is still true.`,
      {
        hint: "Raise `max`, or mend the expression.",
      },
    );
  };
}

/** The names of `while`: those of the flow, `result` and `round`. */
export function repeatScope(scope: Scope): Scope {
  const names = new Map(scope.names.map((name) => [name, scope.schemaOf(name)]));
  return new Scope(names.set("result", undefined).set("round", z.number()));
}
