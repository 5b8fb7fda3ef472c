/** What is wrong with a step that is called per element, and with `collect` of one that is not. */
import type { Condition, FlowDefinition, ForEachPolicy, StepDefinition } from "../definition/index.js";
import { describeCondition } from "./describe-condition.js";
import { wordsOf } from "./door-words.js";
import { eachLeaf, type PlanNames } from "./names.js";
import type { PlanProblems } from "./problems.js";
import type { Wiring } from "./wiring.js";

export interface ForEachContext {
  readonly definition: FlowDefinition;
  readonly names: PlanNames;
  readonly wiring: Wiring;
  readonly problems: PlanProblems;
}

export function checkForEach(step: StepDefinition, context: ForEachContext): void {
  if (step.forEach) checkStep(step, step.forEach, context);
  for (const condition of step.conditions) {
    // most conditions are a name alone
    if (condition.kind === "name") continue;
    const isAlone = step.forEach !== undefined && condition.kind === "elements";
    eachLeaf(condition, (leaf) => {
      checkCollect(step, leaf, context);
      if (leaf.kind === "elements" && !isAlone) reportElements(step, leaf, context);
      if (leaf.kind === "elements" && (leaf.with || leaf.list !== undefined)) checkWay(step, leaf, context);
    });
  }
}

function reportElements({ name }: StepDefinition, leaf: Condition, { problems }: ForEachContext): void {
  problems.add({
    code: "PLAN_FOR_EACH_INVALID",
    step: name,
    message: `Step "${name}" waits for ${describeCondition(leaf)}, which only a \`forEach\` step can go on with, and alone.`,
    hint: "Let a `forEach` step wait for that and nothing else; to be called for each completion listen to the step's name, for all at once to `collect`.",
  });
}

/** What comes with an element has been made on its way. */
function checkWay(
  { name }: StepDefinition,
  { step: source, with: others = [], list }: Extract<Condition, { kind: "elements" }>,
  { definition, names, problems }: ForEachContext,
): void {
  const conditionOf = (step: string) => definition.steps[names.steps.get(step) ?? -1]?.conditions[0];
  const way = [source];
  let begin = conditionOf(source);
  for (; begin?.kind === "elements" && !way.includes(begin.step); begin = conditionOf(begin.step)) way.push(begin.step);
  const lists = begin?.kind === "name" && names.steps.has(begin.name) ? [begin.name] : [];
  const wrong = (text: string, [word, known]: readonly [string, readonly string[]]) =>
    problems.add({
      code: "PLAN_FOR_EACH_INVALID",
      step: name,
      message: `Step "${name}" goes on with elements of "${source}", and is to be handed ${text}.`,
      hint: known.length > 0 ? `${word}: ${known.map((one) => JSON.stringify(one)).join(", ")}.` : "Leave that out.",
    });
  for (const [i, one] of others.entries()) {
    if (one === source || others.indexOf(one) < i) wrong(`what "${one}" made of each twice`, ["", []]);
    else if (!way.includes(one))
      wrong(`what "${one}" made of each, through which they have not come`, ["They have come through", way.slice(1)]);
  }
  if (list !== undefined && !lists.includes(list))
    wrong(`each element of "${list}", which did not return the list`, ["It came from", lists]);
}

function checkStep(
  { name, starts, conditions, router }: StepDefinition,
  policy: ForEachPolicy,
  context: ForEachContext,
) {
  const { definition, problems } = context;
  const wrong = (message: string, hint: string) =>
    problems.add({ code: "PLAN_FOR_EACH_INVALID", step: name, message, hint });
  for (const option of ["concurrency", "batch"] as const) {
    const number = policy[option];
    if (number === undefined || (Number.isSafeInteger(number) && number >= 1)) continue;
    problems.add({
      code: "PLAN_OPTION_INVALID",
      step: name,
      message: `Option \`${option}\` of step "${name}" is ${String(number)}.`,
      hint: `So many elements are ${option === "batch" ? "handed over" : "worked on"} at once: a whole number from 1.`,
    });
  }
  if (router && policy.batch !== undefined)
    wrong(
      `Step "${name}" is a router, and is handed several elements at once.`,
      "Take elements one by one: a label is of one call. Or let a router listen to the step.",
    );
  if (starts || conditions.length > 1) {
    wrong(
      `Step "${name}" ${wordsOf(definition).calledTwice}.`,
      "Name all that brings it a list in one condition, or(…) or each(…), or make two steps of it.",
    );
  }
  for (const condition of conditions) {
    const without = listlessPart(condition);
    if (without === undefined) continue;
    wrong(
      `Step "${name}" is to be called for each element of ${describeCondition(without)}, which hands over no list.`,
      "Wait for the step that returns the list, for a label or signal that carries one, or for `collect`.",
    );
  }
}

/** The part of a condition that can't hand over a list: a join's payload is a record, that of a failure an error. */
function listlessPart(condition: Condition): Condition | undefined {
  switch (condition.kind) {
    case "or":
    case "each":
    case "race":
      return condition.of.map(listlessPart).find((part) => part !== undefined);
    case "and":
    case "atLeast":
    case "failed":
    case "settled":
      return condition;
    default:
      return undefined;
  }
}

function checkCollect(step: StepDefinition, leaf: Condition, { definition, names, problems }: ForEachContext): void {
  if (leaf.kind !== "collect" && leaf.kind !== "outcomes" && leaf.kind !== "elements") return;
  const position = names.steps.get(leaf.step);
  if (position === undefined || definition.steps[position]!.forEach) return;
  problems.add({
    code: "PLAN_COLLECT_INVALID",
    step: step.name,
    message: `Step "${step.name}" waits for ${describeCondition(leaf)}, but "${leaf.step}" is not called per element.`,
    hint: wordsOf(definition).collected(leaf.step),
  });
}

/**
 * Steps that are called per element of each other's results, and of nothing else: an empty list would go round and round
 * without a call.
 */
export function checkForEachCycles({ definition, wiring, problems }: ForEachContext): void {
  const isMany = (step: number) => definition.steps[step]!.forEach !== undefined;
  const after = (step: number) =>
    [wiring.uses.collect[step], wiring.uses.outcomes[step], wiring.uses.elements[step]].flatMap((uses) =>
      (uses ?? []).map((use) => use.step),
    );
  for (const [first, { name, forEach }] of definition.steps.entries()) {
    if (!forEach) continue;
    const reached = new Set(after(first).filter(isMany));
    for (const step of reached) for (const next of after(step)) if (isMany(next)) reached.add(next);
    if (!reached.has(first)) continue;
    problems.add({
      code: "PLAN_FOR_EACH_INVALID",
      step: name,
      message: `Step "${name}" is called for each of its own collected results, with no other step on the way round.`,
      hint: "Let a step between them decide whether it goes on: an empty list would go round for ever.",
    });
    return;
  }
}
