import type { FlowPlan } from "millrace";

/** One way from a cause to a step. */
export interface PlanEdge {
  /** `"start"`, a step, or a signal. */
  readonly from: string;
  /** The step that it calls; null: nobody hears this label. */
  readonly to: string | null;
  readonly kind: "start" | "step" | "label" | "failed" | "settled" | "collect" | "elements" | "signal";
  /** Of a label: its name. */
  readonly label?: string;
}

type PlanNode = FlowPlan["steps"][number]["entries"][number]["alternatives"][number]["node"];
type PlanTrigger = Extract<PlanNode, { kind: "leaf" }>["trigger"];

/** All edges of a plan, in the order of its steps; each once. */
export function edgesOf(plan: FlowPlan): readonly PlanEdge[] {
  const edges = new Map<string, PlanEdge>();
  const heard = new Set<number>();
  const add = (edge: PlanEdge) => edges.set(JSON.stringify(edge), edge);
  for (const { name: to, starts, entries } of plan.steps) {
    if (starts) add({ from: "start", to, kind: "start" });
    for (const { alternatives } of entries)
      for (const trigger of alternatives.flatMap(({ node }) => triggersIn(node))) {
        if (trigger.kind === "label") heard.add(trigger.label);
        for (const edge of madeBy(trigger, plan)) add({ ...edge, to });
      }
  }
  for (const [label, { name, routers }] of plan.labels.entries()) {
    if (heard.has(label)) continue;
    for (const router of routers) add({ from: plan.steps[router]!.name, to: null, kind: "label", label: name });
  }
  return [...edges.values()];
}

function triggersIn(node: PlanNode): readonly PlanTrigger[] {
  return node.kind === "leaf" ? [node.trigger] : node.of.flatMap(triggersIn);
}

function madeBy(trigger: PlanTrigger, { steps, labels, signals }: FlowPlan): readonly Omit<PlanEdge, "to">[] {
  switch (trigger.kind) {
    case "signal":
      return [{ from: signals[trigger.signal]!, kind: "signal" }];
    case "label": {
      const { name, routers } = labels[trigger.label]!;
      return routers.map((router) => ({ from: steps[router]!.name, kind: "label", label: name }));
    }
    default: {
      const kind = trigger.kind === "outcomes" ? "collect" : trigger.kind;
      return [{ from: steps[trigger.step]!.name, kind }];
    }
  }
}
