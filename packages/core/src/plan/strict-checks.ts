import type { FlowDefinition } from "../definition/index.js";
import type { Looping } from "./loops.js";
import type { PlanProblems } from "./problems.js";
import type { Routing } from "./routes.js";
import type { PlanNode } from "./types.js";
import type { Wiring } from "./wiring.js";

export interface StrictContext {
  readonly definition: FlowDefinition;
  readonly routing: Routing;
  readonly wiring: Wiring;
  readonly looping: Looping;
  readonly problems: PlanProblems;
}

/** Asks for declared routes where a wrong guess would change how often steps run: in loops, and under an `or`. */
export function checkGuessedRoutes({ definition, routing, wiring, looping, problems }: StrictContext): void {
  const underOr = labelsUnderOr(wiring);
  definition.steps.forEach(({ name, router }, step) => {
    if (!router || routing.routesFrom[step] === "declared") return;
    const inLoop = looping.loopsOf[step]!.length > 0;
    if (!inLoop && !routing.routes[step]!.some((label) => underOr.has(label))) return;
    const guess = routing.routes[step]!.map((label) => JSON.stringify(routing.labels[label]!.name)).join(", ");
    problems.add({
      code: "PLAN_ROUTES_NEEDED",
      step: name,
      message: `${inLoop ? "A loop" : "An `or`"} depends on the labels of router "${name}", which are only guessed: ${guess || "none"}.`,
      hint: `Declare them: \`{ routes: [${guess}] }\`.`,
    });
  });
}

function labelsUnderOr(wiring: Wiring): Set<number> {
  const labels = new Set<number>();
  const visit = (node: PlanNode, inOr: boolean): void => {
    if (node.kind !== "leaf") for (const operand of node.of) visit(operand, inOr || node.kind === "or");
    else if (inOr && node.trigger.kind === "label") labels.add(node.trigger.label);
  };
  for (const { entries } of wiring.steps) {
    for (const { mode, alternatives } of entries) {
      const isOr = mode === "or" || mode === "race";
      for (const node of alternatives) visit(node, isOr);
    }
  }
  return labels;
}
