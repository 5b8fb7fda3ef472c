/** Which steps of a flow a run will come to, as far as its inputs tell, if no step before them fails. */
import type { Values } from "../expressions/index.js";
import type { FlowFacts } from "./facts.js";
import type { LoweredStep } from "./lower-step.js";
import type { Condition } from "./read-condition.js";
import { type Roots, rootsOf, sourceOf, valuesOf } from "./roots.js";

export class SureCalls {
  readonly #steps: ReadonlyMap<string, LoweredStep>;
  readonly #facts: FlowFacts;
  readonly #values: Values;
  readonly #known = new Map<string, boolean>();

  constructor(steps: readonly LoweredStep[], facts: FlowFacts, inputs: unknown) {
    this.#steps = new Map(steps.map((step) => [step.draft.id, step]));
    this.#facts = facts;
    this.#values = valuesOf({ input: inputs }, facts);
  }

  get values(): Values {
    return this.#values;
  }

  has(id: string): boolean {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    // on the way round to itself nothing is sure
    this.#known.set(id, false);
    const step = this.#steps.get(id);
    const sure = step !== undefined && this.#asked(step) && this.#comes(step);
    this.#known.set(id, sure);
    return sure;
  }

  /** Whether `when` says yes, if there is one. */
  #asked({ trees: { when } }: LoweredStep): boolean {
    if (!when) return true;
    if (!readsInputsAlone(rootsOf([when]), this.#facts)) return false;
    try {
      return when.evaluate(this.#values) === true;
    } catch {
      return false;
    }
  }

  #comes({ draft, spec, trees, handedBy }: LoweredStep): boolean {
    if (draft.common.start) return true;
    if (spec.on !== undefined) return this.#occurs(spec.on as Condition);
    const read = [...rootsOf(trees.expressions).names.keys()].map((name) => sourceOf(name, this.#facts.variables));
    const sources = [
      ...read,
      ...(handedBy === undefined ? [] : [handedBy]),
      ...(spec.after ?? []).map(({ step }) => step),
    ];
    return sources.every((name) => name === "input" || name === "state" || name === draft.id || this.has(name));
  }

  #occurs(condition: Condition): boolean {
    switch (condition.kind) {
      case "name":
        return this.has(condition.name);
      case "and":
        return condition.of.every((operand) => this.#occurs(operand));
      case "or":
      case "each":
      case "race":
        return condition.of.some((operand) => this.#occurs(operand));
      default:
        return false;
    }
  }
}

export const readsInputsAlone = ({ names, outcomes }: Roots, { variables }: FlowFacts): boolean =>
  outcomes.size === 0 && [...names.keys()].every((name) => sourceOf(name, variables) === "input");

/** Steps whose failure is handled, or does not matter: what is wrong with them fails no run. */
export function handledSteps(steps: readonly LoweredStep[], { variables }: FlowFacts): ReadonlySet<string> {
  const handled = new Set<string>();
  const visit = (condition: Condition): void => {
    if (condition.kind === "keep") visit(condition.of);
    else if ("of" in condition) condition.of.forEach(visit);
    else if ("step" in condition) handled.add(condition.step);
  };
  for (const { spec, trees } of steps) {
    if (spec.on !== undefined) visit(spec.on as Condition);
    const { names, outcomes } = rootsOf(trees.expressions);
    for (const [name, need] of names) if (need === "optional") handled.add(sourceOf(name, variables));
    for (const name of outcomes) handled.add(name);
  }
  return handled;
}
