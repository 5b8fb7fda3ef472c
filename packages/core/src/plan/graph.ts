/**
 * The plan as a picture without positions: nodes and edges for whoever draws it. Plain data that survives JSON, in the
 * order of the definition.
 */
import { GraphParts, labelled } from "./graph-parts.js";
import type { FlowPlan, PlanEntry, PlanGroup, PlanLeaf, PlanNode } from "./types.js";

export interface GraphNode {
  /** Unique in the graph: `"step:write"`, `"join:publish:5"`. */
  readonly id: string;
  /**
   * `start`: the kickoff. `step`, `router`: a step. `signal`: input from outside. `join`: a group that holds operands,
   * named `and`, `or` or `2 of 3`. `label`: a label that nobody hears, where a path ends.
   */
  readonly kind: "start" | "step" | "router" | "signal" | "join" | "label";
  readonly name: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** What passes along: the kickoff, a completion, a label, a failure, an end of either kind, a list's results, elements as they are done, a signal, a full join. */
  readonly kind: "start" | "step" | "label" | "failed" | "settled" | "collect" | "elements" | "signal" | "join";
  /** Text to draw on it: the label's name, `failed`, `settled`, `collect`, `elements`, `keep`, `each`, `race`, `for each`. */
  readonly label?: string;
  /** It leads from inside a loop to its head. */
  readonly back?: true;
}

export interface FlowGraph {
  readonly flow: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/**
 * The plan as `{ flow, nodes: [{ id, kind, name }], edges: [{ from, to, kind, label?, back? }] }`.
 *
 * @example
 * describeGraph(Review.plan()).nodes.map((node) => node.name); // => ["start", "research", "write", "check", "publish", "and"]
 */
export function describeGraph(plan: FlowPlan): FlowGraph {
  return new GraphBuilder(plan).build();
}

/** Where an edge of a condition goes: a step or one of its joins. */
interface Target {
  readonly id: string;
  readonly step: number;
  /** Said of the edge besides what it carries. */
  readonly notes: readonly string[];
}

class GraphBuilder extends GraphParts<GraphNode, GraphEdge> {
  build(): FlowGraph {
    const { flow, steps, signals } = this.plan;
    if (steps.some((step) => step.starts)) this.nodes.push({ id: "start", kind: "start", name: "start" });
    for (const name of signals) this.nodes.push({ id: `signal:${name}`, kind: "signal", name });
    for (const [i, step] of steps.entries()) {
      this.nodes.push({ id: this.#idOf(i), kind: step.router ? "router" : "step", name: step.name });
    }
    for (const [i, step] of steps.entries()) {
      if (step.starts) this.edges.push({ from: "start", to: this.#idOf(i), kind: "start" });
      for (const entry of step.entries) this.#addEntry(entry, i);
    }
    this.#addUnheard();
    return { flow, nodes: this.nodes, edges: this.edges };
  }

  #addEntry({ mode, alternatives }: PlanEntry, step: number): void {
    const notes = this.plan.steps[step]!.forEach ? ["for each"] : [];
    if (mode === "each" || mode === "race") notes.unshift(mode);
    for (const { node } of alternatives) this.#addNode(node, { id: this.#idOf(step), step, notes });
  }

  #addNode(node: PlanNode, target: Target): void {
    if (node.kind === "leaf") this.#addLeaf(node, target);
    else this.#addJoin(node, target);
  }

  #addJoin(group: PlanGroup, { id: to, step, notes }: Target): void {
    const id = `join:${this.plan.steps[step]!.name}:${this.nodes.length}`;
    const name = group.kind === "atLeast" ? `${group.count} of ${group.of.length}` : group.kind;
    this.nodes.push({ id, kind: "join", name });
    for (const operand of group.of) this.#addNode(operand, { id, step, notes: [] });
    this.edges.push({ from: id, to, kind: "join", ...labelled(notes) });
  }

  #addLeaf({ trigger, keep }: PlanLeaf, { id: to, step: listener, notes }: Target): void {
    const said = keep ? ["keep", ...notes] : notes;
    if (trigger.kind === "signal") {
      const from = `signal:${this.plan.signals[trigger.signal]!}`;
      this.edges.push({ from, to, kind: "signal", ...labelled(said) });
      return;
    }
    if (trigger.kind !== "label") {
      const { kind } = trigger;
      const label = labelled(kind === "step" ? said : [kind === "outcomes" ? "collect settled" : kind, ...said]);
      this.edges.push({
        from: this.#idOf(trigger.step),
        to,
        kind: kind === "outcomes" ? "collect" : kind,
        ...label,
        ...this.back(trigger.step, listener),
      });
      return;
    }
    const { name, routers } = this.heard(trigger.label);
    for (const router of routers) {
      const label = labelled([name, ...said]);
      this.edges.push({ from: this.#idOf(router), to, kind: "label", ...label, ...this.back(router, listener) });
    }
  }

  #addUnheard(): void {
    for (const label of this.unheard()) {
      const { name, routers } = this.plan.labels[label]!;
      const id = `label:${name}`;
      this.nodes.push({ id, kind: "label", name });
      for (const router of routers) this.edges.push({ from: this.#idOf(router), to: id, kind: "label", label: name });
    }
  }

  #idOf(step: number): string {
    return `step:${this.plan.steps[step]!.name}`;
  }
}
