/** A step that is done again while an expression is true. */
import { repeated as repeatedStep, type StepFlow, type StepTools } from "millrace";
import { z } from "zod";
import { compileExpression, Scope, type Values } from "../expressions/index.js";
import type { StepDraft } from "./step-draft.js";

interface Called {
  readonly values: Values;
  readonly params: unknown;
  readonly tools: StepTools;
}

/** `child`: the flow that `call` runs, if it does that. */
export function repeated<C extends Called>(
  draft: StepDraft,
  { scope, child }: { readonly scope: Scope; readonly child?: () => StepFlow },
  call: (called: C) => unknown,
): (called: C) => unknown {
  const { max, while: text } = draft.common.repeat!;
  const { node } = draft.at("repeat", "while");
  const inner = repeatScope(scope);
  const compiled = compileExpression(text, inner, node?.place ?? draft.place);
  if ("problem" in compiled) return call;
  const { expression } = compiled;
  return (called) => {
    const { values } = called;
    const doRound = (_: unknown, tools: StepTools, round: number) =>
      call({ ...called, tools, values: { ...values, round } });
    const goesOn = (result: unknown, round: number) => expression.evaluate({ ...values, round, result }) === true;
    return repeatedStep(child?.() ?? doRound, { max, while: goesOn })((called.params ?? {}) as never, called.tools);
  };
}

/** The names of `while`: those of the flow, `result` and `round`. */
export function repeatScope(scope: Scope): Scope {
  const names = new Map(scope.names.map((name) => [name, scope.schemaOf(name)]));
  return new Scope(names.set("result", undefined).set("round", z.number()));
}
