/**
 * The plan as a network: who makes a trigger, and which leaves of which conditions wait for it. Every later phase
 * (loops, carries, reachability, races) asks this instead of walking conditions again.
 */
import type { EntryDraft } from "./entries.js";
import type { Routing } from "./routes.js";
import type { PlanLeaf, PlanNode, PlanTrigger } from "./types.js";

/** A group of a condition, seen from its operands. `parent` undefined: complete, it calls the step. */
export interface GroupUse {
  readonly count: number;
  readonly parent: GroupUse | undefined;
}

/** One leaf that waits for a trigger. */
export interface Use {
  readonly step: number;
  /** Position among the step's entries. */
  readonly entry: number;
  /** The group it stands in; undefined: alone, it calls the step. */
  readonly group: GroupUse | undefined;
}

/** A trigger and the leaves that wait for it. */
export interface Heard {
  readonly trigger: PlanTrigger;
  readonly uses: readonly Use[];
}

export interface WiredStep {
  readonly starts: boolean;
  readonly severalLabels: boolean;
  readonly routes: readonly number[];
  readonly entries: readonly EntryDraft[];
}

export type StepTriggerKind = "step" | "failed" | "settled";

export class Wiring {
  readonly steps: readonly WiredStep[];
  readonly labels: Routing["labels"];
  readonly #stepUses: Record<StepTriggerKind, Use[][]>;
  readonly #labelUses: Use[][];
  readonly #signalUses: Use[] = [];

  constructor(steps: readonly WiredStep[], labels: Routing["labels"]) {
    this.steps = steps;
    this.labels = labels;
    this.#stepUses = { step: lists(steps.length), failed: lists(steps.length), settled: lists(steps.length) };
    this.#labelUses = lists(labels.length);
    steps.forEach(({ entries }, step) => {
      entries.forEach(({ alternatives }, entry) => {
        for (const node of alternatives) this.#use(node, { step, entry, group: undefined });
      });
    });
  }

  #use(node: PlanNode, use: Use): void {
    if (node.kind === "leaf") {
      this.#usesOf(node.trigger).push(use);
      return;
    }
    const inside = { ...use, group: { count: node.count, parent: use.group } };
    for (const operand of node.of) this.#use(operand, inside);
  }

  #usesOf(trigger: PlanTrigger): Use[] {
    if (trigger.kind === "label") return this.#labelUses[trigger.label]!;
    return trigger.kind === "signal" ? this.#signalUses : this.#stepUses[trigger.kind][trigger.step]!;
  }

  ofStep(kind: StepTriggerKind, step: number): readonly Use[] {
    return this.#stepUses[kind][step]!;
  }

  ofLabel(label: number): readonly Use[] {
    return this.#labelUses[label]!;
  }

  /** Of all signals together. */
  get ofSignals(): readonly Use[] {
    return this.#signalUses;
  }

  /** Everything that the step can make and somebody waits for. */
  outOf(step: number): Heard[] {
    const heard: Heard[] = [];
    for (const kind of ["step", "failed", "settled"] as const) {
      const uses = this.#stepUses[kind][step]!;
      if (uses.length > 0) heard.push({ trigger: { kind, step }, uses });
    }
    for (const label of this.steps[step]!.routes) {
      const uses = this.#labelUses[label]!;
      if (uses.length > 0) heard.push({ trigger: { kind: "label", label }, uses });
    }
    return heard;
  }

  /** What waits for the trigger, and for those that certainly occur with it. */
  madeWith(trigger: PlanTrigger, maker: number): readonly (readonly Use[])[] {
    if (trigger.kind === "signal") return [];
    const uses = [this.#usesOf(trigger), this.#stepUses.settled[maker]!];
    return trigger.kind === "label" ? [...uses, this.#stepUses.step[maker]!] : uses;
  }

  /** Visits what the step waits for, from left to right. */
  eachLeafOf(step: number, visit: (leaf: PlanLeaf) => void): void {
    for (const { alternatives } of this.steps[step]!.entries) for (const node of alternatives) eachLeaf(node, visit);
  }

  /** The steps that can make a trigger: none for a signal, several for a label of several routers. */
  makersOf(trigger: PlanTrigger): readonly number[] {
    if (trigger.kind === "signal") return [];
    return trigger.kind === "label" ? this.labels[trigger.label]!.routers : [trigger.step];
  }
}

/** Visits the leaves of a tree from left to right. */
export function eachLeaf(node: PlanNode, visit: (leaf: PlanLeaf) => void): void {
  if (node.kind === "leaf") visit(node);
  else for (const operand of node.of) eachLeaf(operand, visit);
}

function lists(length: number): Use[][] {
  return Array.from({ length }, () => []);
}
