/**
 * The steps of a run, in the order in which they were first called; runs that were started from the same step of it, of the same
 * flow, share one FlowView below that step, so that a thousand of them fold into the lines of one.
 */
import type { FlowEvent, FlowPlan } from "millrace";
import { JoinProgress, type JoinState } from "./join-progress.js";
import { StepView } from "./step-view.js";

/** The plan of a flow, where it is known. */
export type PlanOf = (flow: string) => FlowPlan | undefined;

/** A step with the runs that it has started, by flow. */
export interface StepNode {
  readonly view: StepView;
  readonly children: Map<string, FlowView>;
}

export class FlowView {
  readonly flow: string;
  readonly steps = new Map<string, StepNode>();
  /** Runs that are driven now, and all that there were. */
  active = 0;
  runs = 0;
  readonly #planOf: PlanOf;
  readonly #plan: FlowPlan | undefined;
  #joins: JoinProgress | undefined;
  /** Of `forEach` steps, by what hands them their list (`step:list`, `label:list`, `start`). */
  readonly #lists = new Map<string, string[]>();
  readonly #looped: ReadonlySet<string>;

  constructor(flow: string, planOf: PlanOf) {
    this.flow = flow;
    this.#planOf = planOf;
    const plan = planOf(flow);
    this.#plan = plan;
    this.#joins = plan && new JoinProgress(plan);
    this.#looped = new Set(plan?.steps.filter(({ loops }) => loops.length > 0).map(({ name }) => name));
    for (const step of plan?.steps ?? []) if (step.forEach) this.#noteLists(step);
  }

  /** Whether the plan lets the step be called again by what runs inside. */
  looped(step: string): boolean {
    return this.#looped.has(step);
  }

  /** Joins that hold something; nothing where several runs share this place. */
  joins(): readonly JoinState[] {
    return this.active === 1 ? (this.#joins?.waiting() ?? []) : [];
  }

  node(step: string): StepNode {
    const known = this.steps.get(step);
    if (known) return known;
    const made: StepNode = { view: new StepView(step), children: new Map() };
    this.steps.set(step, made);
    return made;
  }

  child(step: string, flow: string): FlowView {
    const { children } = this.node(step);
    const known = children.get(flow);
    if (known) return known;
    const made = new FlowView(flow, this.#planOf);
    children.set(flow, made);
    return made;
  }

  reduce(event: FlowEvent): void {
    if ("step" in event) this.node(event.step).view.reduce(event);
    switch (event.type) {
      case "run.started":
        this.#began();
        this.#handed("start", event.inputs);
        return;
      case "run.resumed":
        this.#began();
        return;
      case "run.waiting":
      case "run.completed":
      case "run.failed":
      case "run.cancelled":
      case "run.stopped":
      case "run.abandoned":
        this.active = Math.max(0, this.active - 1);
        if (this.active === 0) for (const { view } of this.steps.values()) view.stop(event.at);
        return;
      case "step.started":
        this.#joins?.emptied(event.step);
        return;
      case "join.starved":
        this.#joins?.emptied(event.step);
        return;
      case "step.completed":
        this.#joins?.occurred(`step:${event.step}`);
        this.#joins?.occurred(`settled:${event.step}`);
        this.#handed(`step:${event.step}`, event.output);
        this.#gathered(event.step);
        return;
      case "step.skipped":
      case "step.failed":
        if (event.type === "step.failed") this.#joins?.occurred(`failed:${event.step}`);
        // it passes by those that go on with the others
        this.#expectAfter(event.step, -1);
        this.#joins?.occurred(`settled:${event.step}`);
        this.#gathered(event.step);
        return;
      case "route.taken":
        this.#joins?.occurred(`label:${event.label}`);
        this.#handed(`label:${event.label}`, event.payload);
        return;
      case "signal.received":
        this.#joins?.occurred(`signal:${event.name}`);
        this.#handed(`signal:${event.name}`, event.payload);
        return;
      default:
    }
  }

  #began(): void {
    this.active++;
    this.runs++;
    if (this.active === 1 && this.runs > 1) this.#joins = this.#plan && new JoinProgress(this.#plan);
  }

  /** A list is there: so many elements are to come. */
  #handed(by: string, value: unknown): void {
    const steps = this.#lists.get(by);
    if (!steps || !Array.isArray(value)) return;
    for (const step of steps) this.#expect(step, value.length);
  }

  /** More elements, or fewer, are to come to a step and to those that go on with them. */
  #expect(step: string, count: number): void {
    const { view } = this.node(step);
    view.elements = (view.elements ?? 0) + count;
    this.#expectAfter(step, count);
  }

  #expectAfter(step: string, count: number): void {
    for (const follower of this.#lists.get(`elements:${step}`) ?? []) this.#expect(follower, count);
  }

  #gathered(step: string): void {
    const { view } = this.node(step);
    if (view.elements === undefined || view.ended < view.elements) return;
    this.#joins?.occurred(`collect:${step}`);
    this.#joins?.occurred(`outcomes:${step}`);
  }

  #noteLists(step: FlowPlan["steps"][number]): void {
    const note = (by: string) => this.#lists.set(by, [...(this.#lists.get(by) ?? []), step.name]);
    if (step.starts) note("start");
    for (const { node } of step.entries.flatMap(({ alternatives }) => alternatives)) {
      if (node.kind !== "leaf") continue;
      const { trigger } = node;
      if (trigger.kind === "label") note(`label:${this.#plan!.labels[trigger.label]!.name}`);
      else if (trigger.kind === "signal") note(`signal:${this.#plan!.signals[trigger.signal]!}`);
      else note(`${trigger.kind}:${this.#plan!.steps[trigger.step]!.name}`);
    }
  }
}
