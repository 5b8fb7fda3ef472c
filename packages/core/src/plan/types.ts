/**
 * The compiled plan: frozen plain data that survives JSON. The scheduler sees a flow only through this.
 * Steps, labels, signals and loops are numbered; a number is the position in the plan's own list.
 */
import type { ForEachPolicy, RetryPolicy } from "../definition/index.js";

/** One thing that can occur in a run. */
export type PlanTrigger =
  | { readonly kind: "step" | "failed" | "settled"; readonly step: number }
  /** All elements of a list are done that a `forEach` step was given: what they returned, or how each came out. */
  | { readonly kind: "collect" | "outcomes"; readonly step: number }
  /** An element of a `forEach` step is done, with which the one that waits for it goes on. */
  | {
      readonly kind: "elements";
      readonly step: number;
      /** Steps before, and that of the list, in ascending order: what they made of the element is handed over, too. */
      readonly with?: readonly number[];
    }
  | { readonly kind: "label"; readonly label: number }
  | { readonly kind: "signal"; readonly signal: number };

/** A leaf of a condition tree. `key` is the name it has in the record that an `and` hands over. */
export interface PlanLeaf {
  readonly kind: "leaf";
  readonly trigger: PlanTrigger;
  readonly key: string;
  readonly keep: boolean;
}

/** A group inside a condition. `atLeast` with `count` operands; `and` is all of them, `or` one. */
export interface PlanGroup {
  readonly kind: "and" | "or" | "atLeast";
  readonly count: number;
  readonly of: readonly PlanNode[];
}

export type PlanNode = PlanLeaf | PlanGroup;

/**
 * One way of calling a step: one of its stacked decorators.
 * `single`: a name alone, fires each time. `or`: once per turn. `each`: every time. `race`: `or`, and aborts the losers.
 * `and` and `atLeast` at the top are a single alternative that is a group.
 */
export interface PlanEntry {
  readonly mode: "single" | "or" | "each" | "race";
  /** The alternatives: leaves, or groups that hold operands until they are complete. */
  readonly alternatives: readonly PlanAlternative[];
  /**
   * `race`: steps whose running calls of the same turn are aborted when it fires: those whose triggers lead to this
   * entry only. (Where the racing step heads a loop, the turn is the one that the loser's trigger would give it.)
   */
  readonly losers: readonly number[];
}

export interface PlanAlternative {
  readonly node: PlanNode;
  /** Groups: the loops by whose round the operands are matched (those that all operands can carry). */
  readonly loops: readonly number[];
}

export interface PlanStep {
  readonly name: string;
  readonly starts: boolean;
  readonly entries: readonly PlanEntry[];
  readonly router: boolean;
  /** Label numbers that this router may return. */
  readonly routes: readonly number[];
  /** Where the routes are known from. `none`: it is no router. */
  readonly routesFrom: "declared" | "source" | "rest" | "none";
  readonly severalLabels: boolean;
  /**
   * No router, called once and not per element, and nothing listens to its completion or its settling (to its failure may be
   * listened): its value may be the run's output.
   */
  readonly terminal: boolean;
  /** The loops it stands in, outermost first. */
  readonly loops: readonly number[];
  /** The loops whose round its calls may carry: `loops`, and those left behind with their number kept. */
  readonly carries: readonly number[];
  readonly retry?: RetryPolicy;
  readonly timeoutMs?: number;
  /** Called once per element of the list that its condition hands over. */
  readonly forEach?: ForEachPolicy;
  /** Whether it has a `when`. */
  readonly conditional: boolean;
}

export interface PlanLabel {
  readonly name: string;
  /** The routers that may return it. */
  readonly routers: readonly number[];
}

export interface PlanLoop {
  readonly head: number;
  /** Its steps, those of inner loops too, in definition order. */
  readonly steps: readonly number[];
  /** The loop around it, or -1. */
  readonly outer: number;
  /** Steps that can be entered from outside the loop, the head included. */
  readonly entrances: readonly number[];
}

export interface FlowPlan {
  readonly format: 1;
  readonly flow: string;
  readonly version: string | null;
  /** Of everything above and below but `version` and itself; equal plans have equal hashes. */
  readonly hash: string;
  readonly steps: readonly PlanStep[];
  readonly labels: readonly PlanLabel[];
  readonly signals: readonly string[];
  /** An outer loop stands before its inner ones. */
  readonly loops: readonly PlanLoop[];
}
