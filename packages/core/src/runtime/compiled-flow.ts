/**
 * A flow made ready to run: its definition, its plan, and what is looked up from both in every run. Made once per class.
 */
import type { FlowDefinition, StepDefinition } from "../definition/index.js";
import type { FlowPlan, PlanNode, PlanStep, PlanTrigger } from "../plan/index.js";
import type { TakenLabel } from "../scheduler/index.js";
import { compileStateRules, type StateRules } from "../state/index.js";

export interface CompiledFlow {
  readonly definition: FlowDefinition;
  readonly plan: FlowPlan;
  readonly rules: StateRules;
  /** By step number of the plan: a plan numbers the steps of its definition in their order. */
  readonly steps: readonly StepDefinition[];
  readonly stepNumbers: ReadonlyMap<string, number>;
  readonly labelNumbers: ReadonlyMap<string, number>;
  readonly signalNumbers: ReadonlyMap<string, number>;
  /** By step: the labels that it declares; undefined where it declares none: then any label may be returned. */
  readonly declaredRoutes: readonly (ReadonlySet<string> | undefined)[];
  /** By step: whether a failure may be part of its payload. */
  readonly hearsFailures: readonly boolean[];
  /** By step: whether how the elements of a list came out may be part of its payload. */
  readonly hearsOutcomes: readonly boolean[];
}

export function compiledFlow(definition: FlowDefinition, plan: FlowPlan): CompiledFlow {
  return {
    definition,
    plan,
    rules: compileStateRules(definition.state, definition.merge),
    steps: definition.steps,
    stepNumbers: new Map(plan.steps.map(({ name }, step) => [name, step])),
    labelNumbers: new Map(plan.labels.map(({ name }, label) => [name, label])),
    signalNumbers: new Map(plan.signals.map((name, signal) => [name, signal])),
    declaredRoutes: plan.steps.map(({ routesFrom, routes }) =>
      routesFrom === "declared" ? new Set(routes.map((label) => plan.labels[label]!.name)) : undefined,
    ),
    hearsFailures: plan.steps.map((step) => hears(step, failing)),
    hearsOutcomes: plan.steps.map((step) => hears(step, ["outcomes"])),
  };
}

/** A flow of which only the plan is known: its runs can be read, and brought to an end. */
export function foreignFlow(plan: FlowPlan): CompiledFlow {
  return compiledFlow({ name: plan.flow, signals: new Map(), steps: [] }, plan);
}

/** What hands over failures. */
const failing: readonly PlanTrigger["kind"][] = ["failed", "settled", "outcomes"];

function hears({ entries }: PlanStep, kinds: readonly PlanTrigger["kind"][]): boolean {
  const inNode = (node: PlanNode): boolean =>
    node.kind === "leaf" ? kinds.includes(node.trigger.kind) : node.of.some(inNode);
  return entries.some(({ alternatives }) => alternatives.some(({ node }) => inNode(node)));
}

/** The labels that the plan has; one that is only guessed at and that nobody hears ends its path. */
export function takenLabels(
  { labelNumbers }: CompiledFlow,
  given: readonly { readonly label: string; readonly payload: unknown }[],
): TakenLabel[] {
  const taken: TakenLabel[] = [];
  for (const { label: name, payload } of given) {
    const label = labelNumbers.get(name);
    if (label !== undefined) taken.push({ label, payload });
  }
  return taken;
}
