/**
 * What is wrong with a condition by itself, whatever else the flow holds: nothing to wait for, a name twice,
 * `each`, `race` or `keep` where they mean nothing.
 */
import type { Condition, ConditionLeaf } from "../definition/index.js";
import type { PlanProblem } from "../errors/index.js";
import { describeCondition } from "./describe-condition.js";
import { flatOperands } from "./entries.js";
import { eachLeaf } from "./names.js";

type Report = (problem: Omit<PlanProblem, "step">) => void;

/** `top`: the whole condition. `alternative`: an operand of `or`, `each` or `race` at the top. `group`: below those. */
type Place = "top" | "alternative" | "group";

export function checkShape(condition: Condition, report: Report): void {
  if (condition.kind === "name") return;
  checkPlaces(condition, "top", report);
  if (condition.kind !== "or" && condition.kind !== "each" && condition.kind !== "race") {
    checkTree(condition, report);
    return;
  }
  const operands = flatOperands(condition.of, "or");
  for (const name of repeated(operands.map(signature))) reportTwice(name, condition, report);
  for (const operand of operands) checkTree(operand, report);
}

function checkPlaces(condition: Condition, place: Place, report: Report): void {
  const { kind } = condition;
  if ((kind === "each" || kind === "race") && place !== "top") {
    report({
      code: "PLAN_CONDITION_MISPLACED",
      message: `${describeCondition(condition)} stands inside another condition.`,
      hint: `\`${kind}\` has a meaning only as the whole condition; inside, use \`or\`.`,
    });
  }
  if (kind === "keep" && place !== "group") {
    report({
      code: "PLAN_CONDITION_MISPLACED",
      message: `${describeCondition(condition)} stands outside \`and\` and \`atLeast\`.`,
      hint: "`keep` holds a payload for the other operands of an `and` or `atLeast`; elsewhere leave it away.",
    });
  }
  if (kind === "keep" || !("of" in condition)) return;
  if (condition.of.length === 0 || (kind === "atLeast" && !isPossible(condition.count, condition.of.length))) {
    report({
      code: "PLAN_EMPTY_CONDITION",
      message: `${describeCondition(condition)} can't be met: it has ${operandCount(condition.of.length)}.`,
      hint: "Give it something to wait for; `atLeast(n, …)` takes a whole number from 1 to the number of operands.",
    });
  }
  const inside = place === "group" || kind === "and" || kind === "atLeast" ? "group" : "alternative";
  for (const operand of condition.of) checkPlaces(operand, inside, report);
}

/** One `and` or `atLeast` with all that is nested in it: its payload is one flat record. */
function checkTree(condition: Condition, report: Report): void {
  if (condition.kind !== "and" && condition.kind !== "atLeast") return;
  const leaves: ConditionLeaf[] = [];
  eachLeaf(condition, (leaf) => leaves.push(leaf));
  const keys = leaves.map((leaf) => JSON.stringify("name" in leaf ? leaf.name : leaf.step));
  for (const name of repeated(keys)) reportTwice(name, condition, report);
  if (leaves.length > 0 && isKept(condition)) {
    report({
      code: "PLAN_CONDITION_MISPLACED",
      message: `${describeCondition(condition)} consists of \`keep\` alone, so nothing ever fires it.`,
      hint: "Take `keep` away from the operand that comes anew each time.",
    });
  }
}

function reportTwice(name: string, condition: Condition, report: Report): void {
  report({
    code: "PLAN_DUPLICATE_OPERAND",
    message: `${name} stands twice in ${describeCondition(condition)}.`,
    hint: "Name each thing once: the payload of an `and` is a record by name.",
  });
}

function isKept(condition: Condition): boolean {
  if (condition.kind === "keep") return true;
  return "of" in condition && condition.of.every(isKept);
}

function isPossible(count: number, operands: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= operands;
}

function operandCount(count: number): string {
  return count === 0 ? "no operands" : count === 1 ? "one operand" : `${count} operands`;
}

/** Equal for operands that wait for the same thing, in whatever order they are written. */
function signature(condition: Condition): string {
  if (!("of" in condition) || condition.kind === "keep") return describeCondition(condition);
  const count = condition.kind === "atLeast" ? [String(condition.count)] : [];
  return `${condition.kind}(${[...count, ...condition.of.map(signature).sort()].join(", ")})`;
}

/** What is there more than once, each named once. */
function repeated(items: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(items.filter((item) => seen.size === seen.add(item).size));
}
