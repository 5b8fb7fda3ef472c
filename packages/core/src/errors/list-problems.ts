import type { ValueProblem } from "./details.js";

/** For messages: `path: what is wrong`, one after the other; `whole` is said where it is wrong with all of the value. */
export function listProblems(problems: readonly ValueProblem[], whole: string): string {
  return problems.map(({ path, message }) => `${path.join(".") || whole}: ${message}`).join("; ");
}
