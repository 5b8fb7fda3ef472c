import type { FlowPlan, PlanNode } from "./types.js";

/** The same plan with other names for its steps and labels; its hash stays, for it is still the plan that a run was made with. */
export function renamePlan(plan: FlowPlan, names: ReadonlyMap<string, string>): FlowPlan {
  const renamed = <T extends { readonly name: string }>(it: T): T => ({ ...it, name: names.get(it.name) ?? it.name });
  const rename = (node: PlanNode): PlanNode => {
    if (node.kind !== "leaf") return { ...node, of: node.of.map(rename) };
    return node.trigger.kind === "signal" ? node : { ...node, key: names.get(node.key) ?? node.key };
  };
  const steps = plan.steps.map((step) => ({
    ...renamed(step),
    entries: step.entries.map((entry) => ({
      ...entry,
      alternatives: entry.alternatives.map((alternative) => ({ ...alternative, node: rename(alternative.node) })),
    })),
  }));
  return { ...plan, steps, labels: plan.labels.map(renamed) };
}
