/**
 * Which results are surely there when a step is called. Where a step's references make its condition, all of them are; where it has
 * a condition of its own, or is called per element, a reference may lead to a step that has not run: that is a problem of the plan,
 * because the compiler takes every reference for a value.
 */
import type { Condition } from "../definition/index.js";
import { keysOf } from "./edges.js";
import { type FlowNames, labelsOf, perElement } from "./flow-names.js";
import type { StepDraft } from "./step-draft.js";

/** Names of steps with a result. */
type Names = ReadonlySet<string>;

const nothing: Names = new Set();

export class SureResults {
  readonly #drafts: ReadonlyMap<string, StepDraft>;
  readonly #conditions: ReadonlyMap<string, Condition | undefined>;
  readonly #routers = new Map<string, string[]>();
  /** Those of which nothing tells the labels. */
  readonly #open: string[] = [];
  /** By step; absent: not yet known to lack any, as on the way round a loop. */
  #before: Map<string, Names> | undefined;

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
    this.#before ??= this.#solve();
    return this.#before.get(step)?.has(name) ?? true;
  }

  /** The largest solution: what is missing on some way is taken away until nothing changes. */
  #solve(): Map<string, Names> {
    const before = new Map<string, Names>();
    for (let changed = true; changed; ) {
      changed = false;
      for (const [name, { starts }] of this.#drafts) {
        const condition = this.#conditions.get(name);
        const now = starts || !condition ? nothing : this.#given(condition, before);
        if (now === undefined || now.size === before.get(name)?.size) continue;
        before.set(name, now);
        changed = true;
      }
    }
    return before;
  }

  /** Undefined: anything, as far as is known yet. */
  #given(condition: Condition, before: ReadonlyMap<string, Names>): Names | undefined {
    switch (condition.kind) {
      case "name": {
        const isStep = this.#drafts.has(condition.name);
        const makers = isStep ? [condition.name] : (this.#routers.get(condition.name) ?? this.#open);
        return inAll(makers.map((maker) => union([before.get(maker), new Set([maker])])));
      }
      case "failed":
      case "collect":
      case "outcomes":
      case "elements":
        return before.get(condition.step);
      case "keep":
        return this.#given(condition.of, before);
      case "and":
        return union(condition.of.map((operand) => this.#given(operand, before)));
      case "or":
      case "each":
      case "race":
      case "atLeast":
        return inAll(condition.of.map((operand) => this.#given(operand, before)));
      default:
        return nothing;
    }
  }
}

function isCollected(condition: Condition, name: string): boolean {
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

function union(sets: readonly (Names | undefined)[]): Names | undefined {
  if (sets.includes(undefined)) return undefined;
  return new Set(sets.flatMap((set) => [...set!]));
}

function inAll(sets: readonly (Names | undefined)[]): Names | undefined {
  const known = sets.filter((set) => set !== undefined);
  const [first, ...rest] = known;
  return first && new Set([...first].filter((name) => rest.every((set) => set.has(name))));
}
