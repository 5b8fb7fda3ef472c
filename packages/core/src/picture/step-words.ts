/** What the page says of a step, in words: when it runs, what it is given, what its options are. */
import {
  conditionWords,
  type FlowPlan,
  labelNames,
  type PlanEntry,
  type PlanNode,
  type PlanStep,
} from "../plan/index.js";
import { timeText } from "./time-text.js";

/** Its kind in a word or two. */
export function kindWords({ router, forEach, starts }: PlanStep): string {
  const kind = router ? "router" : "step";
  return [starts ? "start" : "", forEach ? "for each" : "", kind].filter((word) => word !== "").join(" ");
}

/** One sentence for each way of calling it: `when write has completed and good is returned`. */
export function whenWords(plan: FlowPlan, { starts, entries, forEach }: PlanStep): string[] {
  const ways = entries.map((entry) => entryWords(plan, entry));
  const each = forEach ? "for each element, " : "";
  return [...(starts ? ["at the start, with the inputs"] : []), ...ways.map((way) => each + way)];
}

/** As its author would write it. */
export function conditionCode(plan: FlowPlan, step: PlanStep): string {
  return conditionWords(plan, step).text;
}

/** Name and value of everything that was chosen for the step. */
export function optionWords(plan: FlowPlan, step: PlanStep): [name: string, value: string][] {
  const { retry, timeoutMs, forEach, conditional, router, loops, terminal } = step;
  const options: [string, string][] = [];
  if (router) options.push(["labels", labelNames(plan, step).join(", ") || "none"]);
  if (forEach) {
    const { concurrency, onError, batch } = forEach;
    const atOnce = concurrency < 1e6 ? `${concurrency} at once` : "all at once";
    const many = batch === undefined ? atOnce : `${atOnce}, in batches of ${batch}`;
    options.push(["elements", onError === "collect" ? `${many}, failures are collected` : many]);
  }
  if (retry) {
    const { attempts, backoff, delayMs, maxDelayMs } = retry;
    const pause = backoff === "fixed" ? timeText(delayMs) : `${timeText(delayMs)} to ${timeText(maxDelayMs)}`;
    options.push(["attempts", `${attempts}, ${pause} between them`]);
  }
  if (timeoutMs !== undefined) options.push(["time limit", timeText(timeoutMs)]);
  if (conditional) options.push(["when", "a condition is asked before each call"]);
  if (loops.length > 0)
    options.push(["loops", loops.map((loop) => plan.steps[plan.loops[loop]!.head]!.name).join(", inside it ")]);
  if (terminal) options.push(["result", "what it returns may be the flow's output"]);
  return options;
}

function entryWords(plan: FlowPlan, { mode, alternatives }: PlanEntry): string {
  const ways = alternatives.map(({ node }) => nodeWords(plan, node));
  const joined = ways.join(", or ");
  if (mode === "each") return `every time that ${joined}`;
  if (mode === "race") return `as soon as ${joined}; who is slower is aborted`;
  return mode === "or" ? `once per turn, when ${joined}` : `when ${joined}`;
}

function nodeWords(plan: FlowPlan, node: PlanNode): string {
  if (node.kind === "leaf") {
    const { steps, labels, signals } = plan;
    const { trigger, keep } = node;
    const kept = keep ? " (kept for every turn)" : "";
    switch (trigger.kind) {
      case "label":
        return `${labels[trigger.label]!.name} is returned${kept}`;
      case "signal":
        return `the signal ${signals[trigger.signal]} arrives${kept}`;
      case "step":
        return `${steps[trigger.step]!.name} has completed${kept}`;
      case "failed":
        return `${steps[trigger.step]!.name} has failed${kept}`;
      case "settled":
        return `${steps[trigger.step]!.name} has completed, failed or been skipped${kept}`;
      case "elements":
        return `one of ${steps[trigger.step]!.name} is done`;
      default:
        return `all of ${steps[trigger.step]!.name} are done${kept}`;
    }
  }
  const parts = node.of.map((operand) => nodeWords(plan, operand));
  if (node.kind === "atLeast") return `at least ${node.count} of these: ${parts.join("; ")}`;
  return node.of.length > 1 ? `(${parts.join(node.kind === "and" ? " and " : " or ")})` : parts.join();
}
