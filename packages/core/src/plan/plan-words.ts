/**
 * A plan's conditions, labels and loops in words instead of numbers, so that two plans can be compared. Each has two
 * forms: a text for people, and a `key` that is equal exactly when nothing has changed; the order of operands, labels and
 * steps does not count.
 */
import type { FlowPlan, PlanAlternative, PlanEntry, PlanLeaf, PlanNode, PlanStep, PlanTrigger } from "./types.js";

export interface Words {
  readonly key: string;
  readonly text: string;
}

/** A trigger as one would write it: `"write"`, `failed("charge")`, `signal("legal")`. */
export function triggerText({ steps, labels, signals }: FlowPlan, trigger: PlanTrigger): string {
  switch (trigger.kind) {
    case "step":
      return JSON.stringify(steps[trigger.step]!.name);
    case "label":
      return JSON.stringify(labels[trigger.label]!.name);
    case "signal":
      return `signal(${JSON.stringify(signals[trigger.signal])})`;
    case "outcomes":
      return `collect(settled(${JSON.stringify(steps[trigger.step]!.name)}))`;
    case "elements":
      return `elements(${[trigger.step, ...(trigger.with ?? [])].map((step) => JSON.stringify(steps[step]!.name)).join(", ")})`;
    default:
      return `${trigger.kind}(${JSON.stringify(steps[trigger.step]!.name)})`;
  }
}

/** Equal for leaves that wait for the same. */
export function leafKey(plan: FlowPlan, { trigger, keep }: PlanLeaf): string {
  // a step and a label may bear the same name in two plans
  return `${keep ? "keep " : ""}${trigger.kind} ${triggerText(plan, trigger)}`;
}

/** Equal for trees that wait for the same. */
function nodeKey(plan: FlowPlan, node: PlanNode): string {
  if (node.kind === "leaf") return leafKey(plan, node);
  return `${node.count}(${keys(node.of.map((operand) => nodeKey(plan, operand)))})`;
}

/** Equal for alternatives that wait for the same and match it by the same loops. */
export function alternativeKey(plan: FlowPlan, { node, loops }: PlanAlternative): string {
  return `${nodeKey(plan, node)} by ${keys(loops.map((loop) => loopKey(plan, loop)))}`;
}

/** Equal for ways of calling that do the same. */
export function entryKey(plan: FlowPlan, { mode, alternatives, losers }: PlanEntry): string {
  const ways = alternatives.map((alternative) => alternativeKey(plan, alternative));
  return `${mode}(${keys(ways)}) aborts ${keys(namesOf(plan, losers))}`;
}

/** What calls the step. */
export function conditionWords(plan: FlowPlan, { starts, entries, forEach }: PlanStep): Words {
  const start = starts ? ["start"] : [];
  const each = forEach ? (forEach.batch === undefined ? "each element of " : "batches of ") : "";
  return {
    key: each + keys([...start, ...entries.map((entry) => entryKey(plan, entry))]),
    text: each + [...start, ...entries.map((entry) => entryText(plan, entry))].join(" | ") || "nothing",
  };
}

/** Names of the labels that the step may return. */
export function labelNames({ labels }: FlowPlan, { routes }: PlanStep): readonly string[] {
  return routes.map((label) => labels[label]!.name);
}

/** The loops that the step stands in. */
export function loopWords(plan: FlowPlan, { loops }: PlanStep): Words {
  return {
    key: loops.map((loop) => loopKey(plan, loop)).join(" in "),
    text: loops.map((loop) => loopText(plan, loop)).join(", inside it ") || "no loop",
  };
}

/** Equal for loops of the same steps with the same head and entrances, inside the same others. */
export function loopKey(plan: FlowPlan, loop: number): string {
  const { head, steps, outer, entrances } = plan.loops[loop]!;
  const own = [namesOf(plan, [head]), namesOf(plan, steps).sort(), namesOf(plan, entrances).sort()];
  return JSON.stringify(outer < 0 ? own : [...own, loopKey(plan, outer)]);
}

/** `the loop of "write", "check"`, head first. */
export function loopText(plan: FlowPlan, loop: number): string {
  const { head, steps } = plan.loops[loop]!;
  const rest = steps.filter((step) => step !== head);
  return `the loop of ${namesOf(plan, [head, ...rest])
    .map(quoted)
    .join(", ")}`;
}

function entryText(plan: FlowPlan, { mode, alternatives }: PlanEntry): string {
  const operands = alternatives.map(({ node }) => nodeText(plan, node));
  return mode === "single" ? operands.join() : `${mode}(${operands.join(", ")})`;
}

function nodeText(plan: FlowPlan, node: PlanNode): string {
  if (node.kind === "leaf") {
    const trigger = triggerText(plan, node.trigger);
    return node.keep ? `keep(${trigger})` : trigger;
  }
  const operands = node.of.map((operand) => nodeText(plan, operand));
  if (node.kind === "atLeast") operands.unshift(String(node.count));
  return `${node.kind}(${operands.join(", ")})`;
}

const namesOf = ({ steps }: FlowPlan, numbers: readonly number[]) => numbers.map((step) => steps[step]!.name);
const quoted = (name: string) => JSON.stringify(name);
const keys = (parts: readonly string[]) => [...parts].sort().join("; ");
