/**
 * Whether what a condition waits for can be made by anything: steps and labels that exist, and not only by the
 * waiting step itself.
 */
import type { Condition, ConditionLeaf, FlowDefinition, StepDefinition } from "../definition/index.js";
import { nearest } from "../errors/index.js";
import { describeCondition } from "./describe-condition.js";
import { eachLeaf, type PlanNames, someLeaf } from "./names.js";
import type { PlanProblems } from "./problems.js";
import type { Routing } from "./routes.js";

export interface SourceContext {
  readonly definition: FlowDefinition;
  readonly names: PlanNames;
  readonly routing: Routing;
  readonly problems: PlanProblems;
}

export function checkSources(step: StepDefinition, context: SourceContext): void {
  const { conditions } = step;
  conditions.forEach((condition) => {
    if (isSelf(condition, step)) reportSelf(step, condition, context);
  });
  if (!conditions.some((condition) => someLeaf(condition, isUnknown, context))) return;
  const unknown = new Map<string, ConditionLeaf>();
  const note = (leaf: ConditionLeaf) => {
    if (isUnknown(leaf, context)) unknown.set(describeCondition(leaf), leaf);
  };
  for (const condition of conditions) eachLeaf(condition, note);
  for (const leaf of unknown.values()) reportUnknown(step, leaf, context);
}

function isUnknown(leaf: ConditionLeaf, { names, routing }: SourceContext): boolean {
  if (leaf.kind === "signal") return false;
  if (leaf.kind === "name") return !names.steps.has(leaf.name) && !routing.labelNumbers.has(leaf.name);
  return !names.steps.has(leaf.step);
}

/** Whether the condition waits for something, and for the step alone. */
function isSelf(condition: Condition, step: StepDefinition): boolean {
  return someLeaf(condition, isOwn, step) && !someLeaf(condition, isOther, step);
}

function isOther(leaf: ConditionLeaf, step: StepDefinition): boolean {
  return !isOwn(leaf, step);
}

function isOwn(leaf: ConditionLeaf, { name }: StepDefinition): boolean {
  return leaf.kind !== "signal" && name === (leaf.kind === "name" ? leaf.name : leaf.step);
}

function reportSelf(step: StepDefinition, condition: Condition, { problems }: SourceContext): void {
  problems.add({
    code: "PLAN_SELF_TRIGGER",
    step: step.name,
    message: `Step "${step.name}" waits for nothing but itself: ${describeCondition(condition)}.`,
    hint: "Wait for another step, or make the step a router with a label that leads back to it; to repeat a failed step use `retry`.",
  });
}

function reportUnknown(step: StepDefinition, leaf: ConditionLeaf, context: SourceContext): void {
  const { definition, names, problems } = context;
  const name = leaf.kind === "name" || leaf.kind === "signal" ? leaf.name : leaf.step;
  const steps = names.steps.keys();
  const candidate = nearest(name, leaf.kind === "name" ? [...steps, ...labelNames(context)] : steps);
  const meant = candidate === undefined ? "" : `; did you mean ${JSON.stringify(candidate)}?`;
  const isSignal = names.signals.has(name) || definition.signals.has(name);
  problems.add({
    code: "PLAN_UNKNOWN_TRIGGER",
    step: step.name,
    message: `Step "${step.name}" waits for ${describeCondition(leaf)}, but no step${leaf.kind === "name" ? " or label" : ""} has this name${meant || "."}`,
    hint: isSignal
      ? `${JSON.stringify(name)} is a signal: wait for it with the value that \`signal(…)\` returned.`
      : "Name a step of this flow, or a label among the `routes` of one of its routers.",
  });
}

/** Labels of the plan, and those that stand in a router's source but that nobody hears as yet. */
function labelNames({ definition, routing }: SourceContext): string[] {
  return [
    ...routing.labelNumbers.keys(),
    ...definition.steps.flatMap((step) => (step.router ? (step.literals ?? []) : [])),
  ];
}
