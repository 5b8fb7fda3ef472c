import type { FlowDefinition } from "../../src/definition/index.js";
import { FlowError, type PlanProblem } from "../../src/errors/index.js";
import { type CompileOptions, compile } from "../../src/plan/index.js";

/** What `compile` has against a definition; anything thrown that is not PLAN_INVALID comes through. */
export function planProblems(definition: FlowDefinition, options?: CompileOptions): readonly PlanProblem[] {
  try {
    compile(definition, options);
    return [];
  } catch (error) {
    if (!FlowError.is(error, "PLAN_INVALID")) throw error;
    return error.details.problems;
  }
}

/** Each as `CODE step`, or `CODE` alone when it belongs to no step. */
export function problemCodes(definition: FlowDefinition, options?: CompileOptions): string[] {
  return planProblems(definition, options).map(({ code, step }) => (step === undefined ? code : `${code} ${step}`));
}
