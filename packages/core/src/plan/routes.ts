/**
 * Which labels each router may return: as declared, else as far as its source shows, else every name listened to that
 * nothing else makes. Labels are numbered in the order of their first router, and within it in the order of its routes.
 */
import type { FlowDefinition, StepDefinition } from "../definition/index.js";
import { none } from "./freeze.js";
import type { PlanNames } from "./names.js";
import type { PlanLabel, PlanStep } from "./types.js";

export interface Routing {
  readonly labels: readonly PlanLabel[];
  readonly labelNumbers: ReadonlyMap<string, number>;
  /** By step. */
  readonly routes: readonly (readonly number[])[];
  /** By step. */
  readonly routesFrom: readonly PlanStep["routesFrom"][];
}

export function findRoutes(definition: FlowDefinition, names: PlanNames): Routing {
  const known = definition.steps.map((step) => (step.router ? knownRoutes(step, names) : undefined));
  const made = new Set<string>();
  for (const routes of known) if (routes) for (const name of routes.names) made.add(name);
  const rest = [...names.heard].filter((name) => !made.has(name));

  const labelNumbers = new Map<string, number>();
  const routers: number[][] = [];
  const numberOf = (name: string): number => {
    const number = labelNumbers.get(name) ?? labelNumbers.size;
    if (number === labelNumbers.size) {
      labelNumbers.set(name, number);
      routers.push([]);
    }
    return number;
  };
  const routes = definition.steps.map((step, position) => {
    if (!step.router) return none;
    const numbers = (known[position]?.names ?? rest).map(numberOf);
    for (const number of numbers) routers[number]!.push(position);
    return numbers;
  });
  const labels = [...labelNumbers.keys()].map((name, number) => ({ name, routers: routers[number]! }));
  const routesFrom = definition.steps.map((step, position) =>
    step.router ? (known[position]?.from ?? "rest") : ("none" as const),
  );
  return { labels, labelNumbers, routes, routesFrom };
}

/** What a router itself says; undefined when it says nothing that anyone listens to. */
function knownRoutes(step: StepDefinition, names: PlanNames) {
  if (step.routes) {
    // A label that bears a step's name is a problem (reported by the checks) and would be mistaken for the step.
    const declared = step.routes.filter((label) => !names.steps.has(label));
    return { names: [...new Set(declared)], from: "declared" as const };
  }
  const found = [...new Set(step.literals)].filter((literal) => names.heard.has(literal));
  return found.length > 0 ? { names: found, from: "source" as const } : undefined;
}
