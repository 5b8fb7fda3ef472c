/**
 * What is drawn of a plan: its steps, and marks for all that stands between them. Beside `describeGraph`, which is for other
 * tools, every condition of several operands has a mark of its own, and an edge knows what passes along it.
 */
import {
  type FlowPlan,
  GraphParts,
  labelled,
  type PlanEntry,
  type PlanLeaf,
  type PlanNode,
  type PlanTrigger,
} from "../plan/index.js";

export interface PictureNode {
  /** Unique in the picture. */
  readonly id: string;
  /** `mark`: `and`, `or`, `race`, `each`, `2 of 3`. `label`: one that nobody hears, where a path ends. */
  readonly kind: "start" | "signal" | "step" | "mark" | "label";
  readonly text: string;
  /** Of a step: its number in the plan. */
  readonly step?: number;
  /** The innermost loop that it is drawn in, or -1. */
  readonly loop: number;
}

export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: PlanTrigger["kind"] | "start" | "mark";
  readonly label?: string;
  /** It leads back to the head of a loop. */
  readonly back?: true;
  /** What passes along: several where their edges would lie on each other. */
  readonly triggers: readonly PlanTrigger[];
  /** Of labels: the router. */
  readonly router?: number;
}

export interface PictureGraph {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

/** Where a condition leads: a step or one of its marks. */
interface Target {
  readonly id: string;
  readonly step: number;
  /** Said of the edge beside what it carries. */
  readonly notes: readonly string[];
}

export function pictureGraph(plan: FlowPlan): PictureGraph {
  return new GraphBuilder(plan).build();
}

class GraphBuilder extends GraphParts<PictureNode, PictureEdge> {
  build(): PictureGraph {
    const { steps, signals } = this.plan;
    if (steps.some((step) => step.starts)) this.nodes.push({ id: "start", kind: "start", text: "start", loop: -1 });
    for (const [i, name] of signals.entries())
      this.nodes.push({ id: `signal:${i}`, kind: "signal", text: name, loop: -1 });
    for (const [i, { name, loops }] of steps.entries())
      this.nodes.push({ id: idOf(i), kind: "step", text: name, step: i, loop: loops.at(-1) ?? -1 });
    for (const [i, { starts, entries }] of steps.entries()) {
      if (starts) this.edges.push({ from: "start", to: idOf(i), kind: "start", triggers: [] });
      for (const entry of entries) this.#addEntry(entry, i);
    }
    this.#addUnheard();
    return { nodes: this.nodes, edges: merged(this.edges) };
  }

  #addEntry({ mode, alternatives }: PlanEntry, step: number): void {
    const target: Target = { id: idOf(step), step, notes: [] };
    if (alternatives.length > 1) {
      const mark = this.#addMark(mode === "single" ? "or" : mode, target);
      for (const { node } of alternatives) this.#addNode(node, mark);
      return;
    }
    const notes = mode === "each" || mode === "race" ? [mode] : [];
    for (const { node } of alternatives) this.#addNode(node, { ...target, notes });
  }

  #addMark(text: string, { id: to, step, notes }: Target): Target {
    const id = `mark:${this.nodes.length}`;
    this.nodes.push({ id, kind: "mark", text, loop: this.plan.steps[step]!.loops.at(-1) ?? -1 });
    this.edges.push({ from: id, to, kind: "mark", triggers: [], ...labelled(notes) });
    return { id, step, notes: [] };
  }

  #addNode(node: PlanNode, target: Target): void {
    if (node.kind === "leaf") return this.#addLeaf(node, target);
    const mark = this.#addMark(node.kind === "atLeast" ? `${node.count} of ${node.of.length}` : node.kind, target);
    for (const operand of node.of) this.#addNode(operand, mark);
  }

  #addLeaf({ trigger, keep }: PlanLeaf, { id: to, step: listener, notes }: Target): void {
    const said = keep ? ["keep", ...notes] : notes;
    const { kind } = trigger;
    const triggers = [trigger];
    if (kind === "signal") {
      this.edges.push({ from: `signal:${trigger.signal}`, to, kind, triggers, ...labelled(said) });
      return;
    }
    if (kind !== "label") {
      const carries = {
        step: [],
        failed: ["failed"],
        settled: ["settled"],
        collect: ["all"],
        outcomes: ["all, settled"],
        elements: ["as they are done"],
      };
      const label = labelled([...carries[kind], ...said]);
      this.edges.push({
        from: idOf(trigger.step),
        to,
        kind,
        triggers,
        ...label,
        ...this.back(trigger.step, listener),
      });
      return;
    }
    const { name, routers } = this.heard(trigger.label);
    for (const router of routers) {
      const label = labelled([name, ...said]);
      this.edges.push({ from: idOf(router), to, kind, triggers, router, ...label, ...this.back(router, listener) });
    }
  }

  #addUnheard(): void {
    for (const label of this.unheard()) {
      const { name, routers } = this.plan.labels[label]!;
      const id = `label:${label}`;
      this.nodes.push({ id, kind: "label", text: name, loop: -1 });
      for (const router of routers)
        this.edges.push({ from: idOf(router), to: id, kind: "label", triggers: [{ kind: "label", label }], router });
    }
  }
}

/** One edge for those of one kind between the same two. */
function merged(edges: readonly PictureEdge[]): PictureEdge[] {
  const byPlace = new Map<string, PictureEdge>();
  for (const edge of edges) {
    const place = JSON.stringify([edge.from, edge.to, edge.kind]);
    const there = byPlace.get(place);
    const label = [there?.label, edge.label].filter((text) => text !== undefined).join(", ");
    const triggers = [...(there?.triggers ?? []), ...edge.triggers];
    byPlace.set(place, { ...edge, triggers, ...(label !== "" && { label }) });
  }
  return [...byPlace.values()];
}

const idOf = (step: number) => `step:${step}`;
