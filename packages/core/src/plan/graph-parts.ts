/** What every graph of a plan is put together with: its parts so far, which labels are heard, what leads back. */
import type { FlowPlan } from "./types.js";

export abstract class GraphParts<Node, Edge> {
  protected readonly plan: FlowPlan;
  protected readonly nodes: Node[] = [];
  protected readonly edges: Edge[] = [];
  readonly #heard = new Set<number>();

  constructor(plan: FlowPlan) {
    this.plan = plan;
  }

  /** A label that somebody waits for: its name, and who returns it. */
  protected heard(label: number): FlowPlan["labels"][number] {
    this.#heard.add(label);
    return this.plan.labels[label]!;
  }

  /** Labels that nobody was found to wait for. */
  protected unheard(): number[] {
    return [...this.plan.labels.keys()].filter((label) => !this.#heard.has(label));
  }

  /** Whether what one step makes leads a loop back to its head, the other. */
  protected back(maker: number, listener: number): { back?: true } {
    const { steps, loops } = this.plan;
    return steps[maker]!.loops.some((loop) => loops[loop]!.head === listener) ? { back: true } : {};
  }
}

/** What is said of an edge, if anything. */
export function labelled(notes: readonly string[]): { label?: string } {
  return notes.length === 0 ? {} : { label: notes.join(" · ") };
}
