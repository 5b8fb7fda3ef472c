/** What several step types check at load. */
import type { StepContext, StepProblem } from "../step-context.js";

/** A type as documents write it; nothing is no problem. */
export function checkType(path: StepProblem["path"], written: unknown, context: StepContext): StepProblem[] {
  if (written === undefined) return [];
  const found = context.type(written);
  return "problem" in found ? [{ path, ...found.problem }] : [];
}
