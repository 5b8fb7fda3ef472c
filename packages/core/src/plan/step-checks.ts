/** What is wrong with a step by itself: its name, its routes, its options. */
import type { StepDefinition } from "../definition/index.js";
import type { PlanProblem } from "../errors/index.js";
import type { DoorWords } from "./door-words.js";
import type { PlanNames } from "./names.js";

type Report = (problem: Omit<PlanProblem, "step">) => void;

export function checkName(step: StepDefinition, reserved: ReadonlySet<string> | undefined, report: Report): void {
  if (!reserved?.has(step.name)) return;
  report({
    code: "PLAN_RESERVED_NAME",
    message: `Step "${step.name}" bears the name of one of Flow's own members.`,
    hint: "Give the step another name.",
  });
}

export function checkRoutes(
  step: StepDefinition,
  { names, words }: { readonly names: PlanNames; readonly words: DoorWords },
  report: Report,
): void {
  const { name, router, routes } = step;
  if (routes === undefined) return;
  const wrong = (what: string, hint: string) =>
    report({ code: "PLAN_ROUTES_INVALID", message: `The \`routes\` of step "${name}" ${what}.`, hint });
  if (!router) wrong("have no meaning: it is no router", words.noRouter);
  else if (routes.length === 0)
    wrong("are empty", "List every label that the router may return, or leave `routes` away.");
  const seen = new Set<string>();
  for (const label of routes) {
    if (label === "") wrong("have an empty label", "Give every label a name.");
    else if (seen.has(label)) wrong(`have ${JSON.stringify(label)} twice`, "List every label once.");
    else if (names.steps.has(label)) reportLabelIsStep(name, label, report);
    seen.add(label);
  }
}

function reportLabelIsStep(router: string, label: string, report: Report): void {
  report({
    code: "PLAN_LABEL_IS_STEP",
    message: `Label ${JSON.stringify(label)} of router "${router}" is also the name of a step, so who listens to it could mean either.`,
    hint: "Rename the label or the step.",
  });
}

/** The numbers that timers are made of. */
export function checkOptions(step: StepDefinition, report: Report): void {
  const { name, retry, timeoutMs } = step;
  if (timeoutMs === undefined && retry === undefined) return;
  const wrong = (option: string, value: unknown, hint: string) =>
    report({
      code: "PLAN_OPTION_INVALID",
      message: `Option \`${option}\` of step "${name}" is ${String(value)}.`,
      hint,
    });
  if (timeoutMs !== undefined && !(Number.isFinite(timeoutMs) && timeoutMs > 0)) {
    wrong("timeout", timeoutMs, "A timeout is longer than 0 ms; leave it away for none.");
  }
  if (retry === undefined) return;
  if (!Number.isSafeInteger(retry.attempts) || retry.attempts < 1) {
    wrong("retry.attempts", retry.attempts, "Attempts are counted with the first one: a whole number from 1.");
  }
  for (const [option, value] of [
    ["retry.delay", retry.delayMs],
    ["retry.maxDelay", retry.maxDelayMs],
  ] as const) {
    if (!(Number.isFinite(value) && value >= 0)) wrong(option, value, "A delay is 0 ms or longer.");
  }
}
