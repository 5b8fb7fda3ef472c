/** Which edges of a plan runs have taken: told by their events, of as many runs as you like. */
import type { FlowEvent, FlowEvents, FlowPlan } from "millrace";
import { type FlowMaker, planOfMaker } from "../kit/flow-maker.js";
import { edgesOf, type PlanEdge } from "./plan-edges.js";

export interface CoveredEdge extends PlanEdge {
  /** How often. */
  readonly taken: number;
}

/** What one run has told so far that edges are known by. */
interface Past {
  /** By step: how its last call ended. */
  readonly ends: Map<string, "completed" | "failed" | "skipped">;
  /** By label: the router that returned it last. */
  readonly routers: Map<string, string>;
}

export class FlowCoverage {
  readonly #plan: FlowPlan;
  readonly #edges: readonly PlanEdge[];
  readonly #taken = new Map<PlanEdge, number>();
  readonly #pasts = new Map<string, Past>();

  constructor(plan: FlowPlan) {
    this.#plan = plan;
    this.#edges = edgesOf(plan);
  }

  /** All edges, in the order of the plan. */
  get edges(): readonly CoveredEdge[] {
    return this.#edges.map((edge) => ({ ...edge, taken: this.#taken.get(edge) ?? 0 }));
  }

  /** Those that were never taken. */
  get missing(): readonly CoveredEdge[] {
    return this.edges.filter(({ taken }) => taken === 0);
  }

  /** Takes in what a run has told, such as what `runFlow` answers. */
  add({ events }: { readonly events: readonly FlowEvent[] }): this {
    for (const event of events) this.hear(event);
    return this;
  }

  /** Takes in all that is told from now on, such as by `flow.events`. Answers a function that ends it. */
  watch(events: FlowEvents): () => void {
    return events.on("*", this.hear);
  }

  /** Takes in one event. */
  readonly hear = (event: FlowEvent): void => {
    if (event.flow !== this.#plan.flow) return;
    const { ends, routers } = this.#pastOf(event);
    if (event.type === "step.started" && event.attempt === 1)
      this.#called(event.step, event.trigger, { ends, routers });
    else if (event.type === "step.completed") ends.set(event.step, "completed");
    else if (event.type === "step.failed") ends.set(event.step, "failed");
    else if (event.type === "step.skipped") ends.set(event.step, "skipped");
    else if (event.type === "route.taken" || event.type === "route.unheard") {
      routers.set(event.label, event.step);
      for (const edge of this.#edges)
        if (edge.to === null && edge.from === event.step && edge.label === event.label) this.#take(edge);
    }
  };

  /** A line for each edge, with how often it was taken. */
  toString(): string {
    const { edges, missing } = this;
    const lines = edges.map((edge) => ({ text: describe(edge), taken: edge.taken }));
    const width = Math.max(0, ...lines.map(({ text }) => text.length));
    const told = lines.map(({ text, taken }) => `  ${text.padEnd(width)}  ${taken === 0 ? "never" : taken}`);
    return [`${this.#plan.flow}: ${edges.length - missing.length} of ${edges.length} edges taken`, ...told].join("\n");
  }

  #pastOf({ runId, type }: FlowEvent): Past {
    const known = type === "run.created" ? undefined : this.#pasts.get(runId);
    if (known) return known;
    const past: Past = { ends: new Map(), routers: new Map() };
    this.#pasts.set(runId, past);
    return past;
  }

  #called(step: string, trigger: string, past: Past): void {
    const into = this.#edges.filter(({ to }) => to === step);
    const names = new Set([trigger, ...trigger.split("+")]);
    for (const edge of into) if (names.has(nameOf(edge)) && fits(edge, past)) this.#take(edge);
  }

  #take(edge: PlanEdge): void {
    this.#taken.set(edge, (this.#taken.get(edge) ?? 0) + 1);
  }
}

/** What a call is told to have been called by. */
const nameOf = ({ kind, from, label }: PlanEdge): string => (kind === "label" ? label! : from);

/** A step may be called by a completion and by a failure of the same other one: what it did last tells which. */
function fits({ kind, from, label }: PlanEdge, { ends, routers }: Past): boolean {
  if (kind === "label") return routers.get(label!) === from;
  if (kind === "failed") return ends.get(from) === "failed";
  return kind !== "step" || ends.get(from) !== "failed";
}

function describe({ from, to, kind, label }: PlanEdge): string {
  const what = kind === "label" ? `${from} "${label}"` : kind === "step" || kind === "start" ? from : `${kind} ${from}`;
  return `${what} → ${to ?? "(nobody)"}`;
}

/**
 * Which edges of a flow's plan a set of runs has taken: every trigger that leads to a step, labels, failures and signals among them.
 *
 * @example
 * const seen = coverage(Review, [await runFlow(Review, { … }), await runFlow(Review, { … })]);
 * assert.deepEqual(seen.missing, [], String(seen));
 */
export function coverage<F>(
  flow: FlowMaker<F>,
  runs: Iterable<{ readonly events: readonly FlowEvent[] }> = [],
): FlowCoverage {
  const seen = new FlowCoverage(planOfMaker(flow));
  for (const run of runs) seen.add(run);
  return seen;
}
