/**
 * All checks of a definition, in one pass over its steps and one over the wired plan. Nothing is thrown here: whatever
 * is found goes to the list of problems.
 */
import type { FlowDefinition } from "../definition/index.js";
import { checkShape } from "./condition-shape.js";
import { checkSources } from "./condition-sources.js";
import { wordsOf } from "./door-words.js";
import { checkForEach, checkForEachCycles } from "./for-each-checks.js";
import type { PlanNames } from "./names.js";
import type { PlanProblems } from "./problems.js";
import { findReached } from "./reachability.js";
import type { Routing } from "./routes.js";
import { checkName, checkOptions, checkRoutes } from "./step-checks.js";
import type { Wiring } from "./wiring.js";

export interface CheckContext {
  readonly definition: FlowDefinition;
  readonly names: PlanNames;
  readonly routing: Routing;
  readonly wiring: Wiring;
  readonly problems: PlanProblems;
  readonly reserved: ReadonlySet<string> | undefined;
}

export function checkPlan(context: CheckContext): void {
  const { definition, names, problems, reserved } = context;
  const flawed = new Set<number>();
  const { unreached } = problems;
  definition.steps.forEach((step, position) => {
    const report = problems.reporter(step.name);
    if (names.steps.get(step.name) !== position) reportDuplicate(step.name, report);
    checkName(step, reserved, report);
    checkRoutes(step, { names, words: wordsOf(definition) }, report);
    checkOptions(step, report);
    const before = problems.count;
    for (const condition of step.conditions) checkShape(condition, report);
    checkForEach(step, context);
    checkSources(step, context);
    if (problems.count > before || unreached.has(step.name)) flawed.add(position);
  });
  checkForEachCycles(context);
  if (definition.steps.some((step) => step.starts)) checkReached(context, flawed);
  else reportNoStart(context);
}

function reportDuplicate(name: string, report: ReturnType<PlanProblems["reporter"]>): void {
  report({
    code: "PLAN_DUPLICATE_STEP",
    message: `Two steps are named "${name}".`,
    hint: "Give each step a name of its own.",
  });
}

function reportNoStart({ definition, problems }: CheckContext): void {
  problems.add({
    code: "PLAN_NO_START",
    message: `No step of flow "${definition.name}" starts at kickoff.`,
    hint: wordsOf(definition).noStart,
  });
}

function checkReached({ definition, wiring, problems }: CheckContext, flawed: ReadonlySet<number>): void {
  const reached = findReached(wiring, flawed);
  const words = wordsOf(definition);
  definition.steps.forEach(({ name, conditions }, position) => {
    if (reached[position]) return;
    problems.add({
      code: "PLAN_UNREACHABLE_STEP",
      step: name,
      message:
        conditions.length === 0
          ? `Step "${name}" neither starts nor waits for anything.`
          : `No path from a start or a signal leads to step "${name}"${because(wiring, position, reached)}.`,
      hint: conditions.length === 0 ? words.unwired : words.unreached,
    });
  });
}

/** Names what it waits for in vain. */
function because(wiring: Wiring, step: number, reached: readonly boolean[]): string {
  const vain = new Set<string>();
  wiring.eachLeafOf(step, ({ trigger, key }) => {
    if (trigger.kind !== "signal" && !wiring.makersOf(trigger).some((maker) => reached[maker])) {
      vain.add(JSON.stringify(key));
    }
  });
  const names = [...vain].slice(0, 3).join(", ");
  return names === "" ? "" : `: ${names}${vain.size > 3 ? " and others" : ""} can't occur`;
}
