import type { FlowPlan, PlanEntry, PlanNode } from "../../plan/index.js";

/** The plan as one would write it, a step a line, so that a failing example can be read: `s2 > l0: or(s0, and(s1, l1))`. */
export function describePlan(plan: FlowPlan): string {
  const lines = plan.steps.map((step) => {
    const labels = step.routes.map((label) => plan.labels[label]!.name).join(step.severalLabels ? " + " : " | ");
    const each = step.forEach ? `each of ${step.forEach.concurrency} ` : "";
    const conditions = step.entries.map((entry) => each + entryText(entry));
    return `${step.name}${labels && ` > ${labels}`}: ${[...(step.starts ? ["start"] : []), ...conditions].join("; ")}`;
  });
  const loops = plan.loops.map(({ head, steps }) => {
    const names = steps.map((step) => (step === head ? `*${plan.steps[step]!.name}` : plan.steps[step]!.name));
    return `loop ${names.join(" ")}`;
  });
  return [...lines, ...loops].join("\n");
}

function entryText({ mode, alternatives }: PlanEntry): string {
  const texts = alternatives.map(({ node, loops }) => nodeText(node) + (loops.length > 0 ? ` by ${loops.join()}` : ""));
  return mode === "single" ? texts.join() : `${mode}(${texts.join(", ")})`;
}

function nodeText(node: PlanNode): string {
  if (node.kind !== "leaf") {
    const count = node.kind === "atLeast" ? `${node.count}, ` : "";
    return `${node.kind}(${count}${node.of.map(nodeText).join(", ")})`;
  }
  const { kind } = node.trigger;
  const name = kind === "step" || kind === "label" ? node.key : `${kind}(${node.key})`;
  return node.keep ? `keep(${name})` : name;
}
