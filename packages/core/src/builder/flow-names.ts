/** What references and links of a flow can lead to, and the problems of those that lead nowhere. */
import type { z } from "zod";
import { readSources } from "../definition/index.js";
import { nearest, type PlanProblem } from "../errors/index.js";
import { describeRef, type RefParts } from "./ref.js";
import { unknownKey } from "./schema-path.js";
import type { FlowSpec, StepSpec } from "./spec.js";

/** A reference whose first part is known. */
export interface BoundRef extends Pick<RefParts, "fallback" | "settled"> {
  readonly of: "input" | "state" | "item" | "index" | "step" | "label" | "signal";
  /** Of the step, label or signal. */
  readonly name: string;
  /** The way inside of it. */
  readonly path: readonly string[];
}

const plainRoots: ReadonlySet<string> = new Set(["input", "state"]);
const elementRoots: ReadonlySet<string> = new Set(["item", "index"]);

export class FlowNames {
  readonly flow: string;
  readonly steps: ReadonlyMap<string, StepSpec>;
  readonly #labels = new Set<string>();
  readonly #signals: ReadonlySet<string>;
  readonly #schemas: Readonly<Record<"input" | "state", z.ZodType | undefined>>;
  readonly #problems: PlanProblem[];

  constructor({ name, steps, signals = [], input, state }: FlowSpec, problems: PlanProblem[]) {
    this.flow = name;
    this.steps = new Map(steps.map((step) => [step.name, step]));
    this.#signals = new Set(signals.map(({ name }) => name));
    this.#schemas = { input: input ?? state, state };
    this.#problems = problems;
    for (const step of steps) for (const label of labelsOf(step)) this.#labels.add(label);
  }

  /** What a reference in `step` leads to; undefined: nothing, which is a problem of the plan. */
  bind(ref: RefParts, step: StepSpec | undefined, on: ReadonlySet<string> = none): BoundRef | undefined {
    const { path, fallback, settled } = ref;
    const more = { ...(fallback && { fallback }), ...(settled && { settled }) };
    const root = path[0]!;
    if (plainRoots.has(root) || (step?.forEach && elementRoots.has(root))) {
      const of = root as BoundRef["of"];
      const wrong = settled ? "has no outcome: only steps have" : this.#offSchema(of, path.slice(1));
      if (wrong) return this.#wrong(ref, step, wrong);
      return { of, name: root, path: path.slice(1), ...more };
    }
    for (let length = path.length; length > 0; length--) {
      const name = path.slice(0, length).join(".");
      const of = this.steps.has(name)
        ? "step"
        : this.#signals.has(name) || (on.has(name) && !this.#labels.has(name))
          ? "signal"
          : this.#labels.has(name)
            ? "label"
            : undefined;
      if (of && settled && (of !== "step" || length < path.length))
        return this.#wrong(ref, step, "has no outcome: only steps have");
      if (of === "step" && this.steps.get(name)!.forEach && !this.#isCollected(step, name, on))
        return this.#wrong(ref, step, perElement);
      if (of) return { of, name, path: path.slice(length), ...more };
    }
    const near = nearest(root, [...this.steps.keys(), ...this.#labels, ...plainRoots]);
    return this.#wrong(ref, step, `leads to nothing${meant(near)}`);
  }

  /** @returns whether the step is there; else that is a problem of the plan. */
  hasStep(name: string, step: Pick<StepSpec, "name">, how = "follows"): boolean {
    if (this.steps.has(name)) return true;
    const near = nearest(name, this.steps.keys());
    this.#problems.push({
      code: "PLAN_REFERENCE_INVALID",
      step: step.name,
      message: `Step "${step.name}" ${how} "${name}", but no step has this name${meant(near) || "."}`,
      hint: "Link steps of this flow.",
    });
    return false;
  }

  report(step: StepSpec | undefined, problem: Omit<PlanProblem, "step">): void {
    this.#problems.push({ ...(step && { step: step.name }), ...problem });
  }

  /** Whether all results of a step that is called per element are there together. */
  #isCollected(step: StepSpec | undefined, name: string, on: ReadonlySet<string>): boolean {
    return step !== undefined && (step.on === undefined || on.has(name));
  }

  #offSchema(of: BoundRef["of"], path: readonly string[]): string | undefined {
    const schema = of === "input" || of === "state" ? this.#schemas[of] : undefined;
    if (!schema) return of === "state" ? "leads to nothing: the flow has no state" : undefined;
    const off = unknownKey(schema, path);
    if (!off) return undefined;
    return `leads to nothing: there is no "${off.key}"${meant(nearest(off.key, off.known))}`;
  }

  #wrong(ref: RefParts, step: StepSpec | undefined, what: string): undefined {
    this.wrong(step, describeRef(ref), what);
    return undefined;
  }

  /** A reference, in `step` or in what the run returns, that leads to nothing. */
  wrong(step: StepSpec | undefined, ref: string, what: string): void {
    this.report(step, {
      code: "PLAN_REFERENCE_INVALID",
      message: `${step ? `Step "${step.name}"` : "The output"} refers to "${ref}", which ${what}${what.endsWith("?") ? "" : "."}`,
      hint: "Refer to a step of this flow by its name, to a label among the `routes` of a router, or to input and state.",
    });
  }
}

/** What there is to say of a reference to a step whose results nothing has put together. */
export const perElement = "is called per element: let a step of its own take all its results, and refer to that";

const meant = (near: string | undefined): string => (near === undefined ? "" : `; did you mean "${near}"?`);

const none: ReadonlySet<string> = new Set();

/** The labels that a router may return, as far as they are known before it does. */
export function labelsOf({ router, routes, run }: StepSpec): readonly string[] {
  if (routes) return routes;
  return router && typeof run === "function" ? readSources([run as () => unknown]).literals : [];
}
