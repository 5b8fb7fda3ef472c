/** A step that is done again while an expression is true. */
import { repeated as repeatedStep, type StepFlow, type StepTools } from "millrace";
import type { Values } from "../expressions/index.js";
import type { StepDraft } from "./step-draft.js";
import type { StepTrees } from "./step-trees.js";

interface Called {
  readonly values: Values;
  readonly params: unknown;
  readonly tools: StepTools;
}

/** `child`: the flow that `call` runs, if it does that. */
export function repeated<C extends Called>(
  draft: StepDraft,
  { again, child }: { readonly again: StepTrees["again"]; readonly child?: () => StepFlow },
  call: (called: C) => unknown,
): (called: C) => unknown {
  const { max } = draft.common.repeat!;
  return (called) => {
    const { values } = called;
    const doRound = (_: unknown, tools: StepTools, round: number) =>
      call({ ...called, tools, values: { ...values, round } });
    const goesOn = (result: unknown, round: number) => again!.evaluate({ ...values, round, result }) === true;
    return repeatedStep(child?.() ?? doRound, { max, while: goesOn })((called.params ?? {}) as never, called.tools);
  };
}
