/**
 * Which results are surely there when a step is called. Where a step's references make its condition, all of them are; where it has
 * a condition of its own, or is called per element, a reference may lead to a step that has not run: that is a problem of the plan,
 * because the compiler takes every reference for a value.
 */
import type { Condition } from "../definition/index.js";
import { keysOf } from "./edges.js";
import { type FlowNames, labelsOf, perElement } from "./flow-names.js";
import type { StepDraft } from "./step-draft.js";

/** Names of steps. */
type Names = ReadonlySet<string>;

const nothing: Names = new Set();

export class SureResults {
  readonly #drafts: ReadonlyMap<string, StepDraft>;
  readonly #conditions: ReadonlyMap<string, Condition | undefined>;
  readonly #routers = new Map<string, string[]>();
  /** Those of which nothing tells the labels. */
  readonly #open: string[] = [];

  constructor(drafts: readonly StepDraft[], conditions: readonly (Condition | undefined)[]) {
    this.#drafts = new Map(drafts.map((draft) => [draft.spec.name, draft]));
    this.#conditions = new Map(drafts.map(({ spec }, i) => [spec.name, conditions[i]]));
    for (const { spec } of drafts) {
      const labels = labelsOf(spec);
      if (spec.router && labels.length === 0) this.#open.push(spec.name);
      for (const label of labels) this.#routers.set(label, [...(this.#routers.get(label) ?? []), spec.name]);
    }
  }

  /** Reports references that nothing makes sure of. */
  check(draft: StepDraft, names: FlowNames): void {
    const { spec, on, refs } = draft;
    if (!on || refs.size === 0) return;
    const heard = spec.forEach ? nothing : new Set(keysOf(on));
    for (const { of, name, path, fallback, settled } of refs.values()) {
      const full = [name, ...path].join(".");
      if ((of === "label" || of === "signal") && (spec.forEach || !isSure(on, name)) && !(fallback && heard.has(name)))
        names.report(spec, {
          code: "PLAN_REFERENCE_INVALID",
          message: `Step "${spec.name}" refers to "${full}", which ${heard.has(name) ? "need not have occurred when it is called" : "its own condition does not hand over"}.`,
          hint: `Wait for it by \`on\`${heard.has(name) ? `, or give it a default: orElse(${full}, …)` : ": what a label or signal carries is handed to those who wait for it, and not kept"}.`,
        });
      const isMany = of === "step" && this.#drafts.get(name)?.spec.forEach !== undefined;
      if (isMany && !isCollected(on, name)) names.wrong(draft.spec, full, perElement);
      if (of !== "step" || fallback || settled || (isMany ? isSure(on, name) : this.#isThere(spec.name, name)))
        continue;
      names.report(spec, {
        code: "PLAN_REFERENCE_INVALID",
        message: `Step "${spec.name}" refers to "${full}", but its own condition lets it be called before "${name}" has a result.`,
        hint: `Say what is to stand for it: orElse(${full}, …), or outcomeOf(${name}); or wait for it: on: and(…, "${name}").`,
      });
    }
  }

  #isThere(step: string, name: string): boolean {
    return !this.#lacking(step, name).has(step);
  }

  /**
   * The steps that can be called without a result of `name`, among those on some way to `step`. It looks no further back than to
   * `name` itself, so that what is referred to nearby is found nearby, however long the flow is.
   */
  #lacking(step: string, name: string): Names {
    const way = new Set([step]);
    for (const each of way)
      if (!this.#isFirst(each)) for (const next of this.#before(this.#conditions.get(each)!, name)) way.add(next);
    // the steps nearest to the start first: in a flow without loops each is then looked at once
    const left = [...way].reverse();
    const lacking = new Set<string>();
    for (let known = -1; known < lacking.size; ) {
      known = lacking.size;
      for (const each of left)
        if (!lacking.has(each) && (this.#isFirst(each) || this.#mayLack(this.#conditions.get(each)!, name, lacking)))
          lacking.add(each);
    }
    return lacking;
  }

  /** It is called when nothing has run yet. */
  #isFirst(step: string): boolean {
    return this.#drafts.get(step)?.starts === true || this.#conditions.get(step) === undefined;
  }

  /** Who makes a name: a step, or the routers that may return it as a label. */
  #makers(name: string): readonly string[] {
    return this.#drafts.has(name) ? [name] : (this.#routers.get(name) ?? this.#open);
  }

  /** The steps whose calls say whether a condition can fire without a result of `name`. */
  #before(condition: Condition, name: string): readonly string[] {
    if (condition.kind === "keep") return this.#before(condition.of, name);
    if ("of" in condition) return condition.of.flatMap((operand) => this.#before(operand, name));
    if (condition.kind === "name") return this.#makers(condition.name).filter((maker) => maker !== name);
    return "step" in condition && this.#drafts.has(condition.step) ? [condition.step] : [];
  }

  /** Whether a condition can fire without a result of `name`, where those that are `lacking` can be called without one. */
  #mayLack(condition: Condition, name: string, lacking: Names): boolean {
    switch (condition.kind) {
      case "name":
        return this.#makers(condition.name).some((maker) => maker !== name && lacking.has(maker));
      case "failed":
      case "collect":
      case "outcomes":
      case "elements":
        return lacking.has(condition.step);
      case "keep":
        return this.#mayLack(condition.of, name, lacking);
      case "and":
        return condition.of.every((operand) => this.#mayLack(operand, name, lacking));
      case "or":
      case "each":
      case "race":
      case "atLeast":
        return condition.of.some((operand) => this.#mayLack(operand, name, lacking));
      default:
        return true;
    }
  }
}

/** Whether a condition hands all results of a step over together. */
export function isCollected(condition: Condition, name: string): boolean {
  if (condition.kind === "keep") return isCollected(condition.of, name);
  if ("of" in condition) return condition.of.some((operand) => isCollected(operand, name));
  return (condition.kind === "collect" || condition.kind === "outcomes") && condition.step === name;
}

/** Whether a condition hands something over under a name whenever it fires. */
function isSure(condition: Condition, name: string): boolean {
  if (condition.kind === "keep") return isSure(condition.of, name);
  if (condition.kind === "and") return condition.of.some((operand) => isSure(operand, name));
  if ("of" in condition) return condition.of.every((operand) => isSure(operand, name));
  return keysOf(condition).includes(name);
}
