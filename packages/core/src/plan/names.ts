/**
 * Every name that a definition uses, numbered: steps by position, signals by first mention. Names that conditions
 * wait for and that no step bears are kept apart: they can only be labels of routers.
 */
import type { Condition, ConditionLeaf, FlowDefinition } from "../definition/index.js";

export interface PlanNames {
  /** The first step of each name. */
  readonly steps: ReadonlyMap<string, number>;
  readonly signals: ReadonlyMap<string, number>;
  /** Names listened to that no step bears, in order of first mention. */
  readonly heard: ReadonlySet<string>;
}

export function collectNames(definition: FlowDefinition): PlanNames {
  const steps = new Map<string, number>();
  definition.steps.forEach(({ name }, position) => {
    if (!steps.has(name)) steps.set(name, position);
  });
  const signals = new Map<string, number>();
  const heard = new Set<string>();
  const visit = (leaf: ConditionLeaf) => {
    if (leaf.kind === "signal" && !signals.has(leaf.name)) signals.set(leaf.name, signals.size);
    if (leaf.kind === "name" && !steps.has(leaf.name)) heard.add(leaf.name);
  };
  definition.steps.forEach(({ conditions }) => {
    conditions.forEach((condition) => {
      eachLeaf(condition, visit);
    });
  });
  return { steps, signals, heard };
}

/** Visits the leaves of a condition from left to right. */
export function eachLeaf(condition: Condition, visit: (leaf: ConditionLeaf) => void): void {
  if (condition.kind === "keep") visit(condition.of);
  else if ("of" in condition) for (const operand of condition.of) eachLeaf(operand, visit);
  else visit(condition);
}

/** Whether any leaf of a condition passes the test, which is given `by`, too. */
export function someLeaf<B>(condition: Condition, test: (leaf: ConditionLeaf, by: B) => boolean, by: B): boolean {
  if (condition.kind === "keep") return test(condition.of, by);
  if ("of" in condition) return condition.of.some((operand) => someLeaf(operand, test, by));
  return test(condition, by);
}
