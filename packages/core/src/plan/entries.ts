/**
 * Conditions as recorded → entries of the plan: names resolved to numbered triggers, groups flattened where nesting
 * says nothing. Reports nothing: what can't be resolved becomes a stand-in signal that counts as given, so that the
 * phases after this one find only what is wrong by itself; a plan with a stand-in is never handed out.
 */
import type { Condition, ConditionLeaf } from "../definition/index.js";
import type { PlanNames } from "./names.js";
import type { Routing } from "./routes.js";
import type { PlanEntry, PlanGroup, PlanLeaf, PlanNode, PlanTrigger } from "./types.js";

type ElementsLeaf = Extract<ConditionLeaf, { kind: "elements" }>;

/** An entry before loops are known. */
export interface EntryDraft {
  readonly mode: PlanEntry["mode"];
  readonly alternatives: readonly PlanNode[];
}

export class EntryCompiler {
  readonly #names: PlanNames;
  readonly #routing: Routing;

  constructor(names: PlanNames, routing: Routing) {
    this.#names = names;
    this.#routing = routing;
  }

  entry(condition: Condition): EntryDraft {
    if (condition.kind !== "or" && condition.kind !== "each" && condition.kind !== "race") {
      return { mode: "single", alternatives: [this.#node(condition)] };
    }
    const operands = flatOperands(condition.of, "or");
    return { mode: condition.kind, alternatives: operands.map((operand) => this.#node(operand)) };
  }

  #node(condition: Condition): PlanNode {
    if (condition.kind === "keep") return this.#leaf(condition.of, true);
    if (!("of" in condition)) return this.#leaf(condition, false);
    return this.#group(condition);
  }

  #group(condition: Condition & { of: readonly Condition[] }): PlanGroup {
    if (condition.kind === "atLeast") {
      const of = condition.of.map((operand) => this.#node(operand));
      return { kind: "atLeast", count: condition.count, of };
    }
    const kind = condition.kind === "and" ? "and" : "or";
    const of = flatOperands(condition.of, kind).map((operand) => this.#node(operand));
    return { kind, count: kind === "and" ? of.length : 1, of };
  }

  #leaf(leaf: ConditionLeaf, keep: boolean): PlanLeaf {
    const key = leaf.kind === "name" || leaf.kind === "signal" ? leaf.name : leaf.step;
    return { kind: "leaf", trigger: this.#trigger(leaf), key, keep };
  }

  #trigger(leaf: ConditionLeaf): PlanTrigger {
    if (leaf.kind === "signal") return { kind: "signal", signal: this.#names.signals.get(leaf.name)! };
    const step = this.#names.steps.get(leaf.kind === "name" ? leaf.name : leaf.step);
    if (step !== undefined && leaf.kind === "elements") return { kind: "elements", step, ...this.#with(leaf) };
    if (step !== undefined) return { kind: leaf.kind === "name" ? "step" : leaf.kind, step };
    const label = leaf.kind === "name" ? this.#routing.labelNumbers.get(leaf.name) : undefined;
    return label === undefined ? standIn(this.#names) : { kind: "label", label };
  }

  /** Names that are no steps are told of by the checks. */
  #with({ with: others = [], list }: ElementsLeaf): { readonly with?: readonly number[] } {
    const steps = [...others, ...(list === undefined ? [] : [list])].flatMap(
      (name) => this.#names.steps.get(name) ?? [],
    );
    return steps.length > 0 ? { with: steps.sort((a, b) => a - b) } : {};
  }
}

/** The signal one past the last: given, made by nobody. */
function standIn(names: PlanNames): PlanTrigger {
  return { kind: "signal", signal: names.signals.size };
}

/** The operands, with groups of the same kind among them taken apart: `or(a, or(b, c))` is `or(a, b, c)`. */
export function flatOperands(operands: readonly Condition[], kind: "and" | "or"): readonly Condition[] {
  if (!operands.some((operand) => operand.kind === kind)) return operands;
  return operands.flatMap((operand) => (operand.kind === kind ? flatOperands(operand.of, kind) : [operand]));
}
