/**
 * The plan as a network: who makes a trigger, and which leaves of which conditions wait for it. Every later phase
 * (loops, carries, reachability, races) asks this instead of walking conditions again.
 */
import type { EntryDraft } from "./entries.js";
import { none } from "./freeze.js";
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

/** What a step can make besides labels. */
type StepTrigger = Extract<PlanTrigger, { step: number }>["kind"];
const stepTriggers: readonly StepTrigger[] = ["step", "failed", "settled", "collect", "outcomes", "elements"];

/** By step or label; undefined: nothing waits for it. */
type UsesBy = readonly (readonly Use[] | undefined)[];

export class Wiring {
  readonly steps: readonly WiredStep[];
  readonly labels: Routing["labels"];
  /** What waits for what a step makes, and for a label. */
  readonly uses: Readonly<Record<StepTrigger | "label", UsesBy>>;
  /** What waits for any signal. */
  readonly signalUses: readonly Use[];

  constructor(steps: readonly WiredStep[], labels: Routing["labels"]) {
    this.steps = steps;
    this.labels = labels;
    const { uses, signalUses } = findUses(steps, labels.length);
    this.uses = uses;
    this.signalUses = signalUses;
  }

  /** Everything that the step can make and somebody waits for. */
  outOf(step: number): Heard[] {
    const heard: Heard[] = [];
    for (const kind of stepTriggers) {
      const uses = this.uses[kind][step];
      if (uses) heard.push({ trigger: { kind, step }, uses });
    }
    for (const label of this.steps[step]!.routes) {
      const uses = this.uses.label[label];
      if (uses) heard.push({ trigger: { kind: "label", label }, uses });
    }
    return heard;
  }

  /** What waits for the trigger, and for those that certainly occur with it. */
  madeWith(trigger: PlanTrigger, maker: number): UsesBy {
    if (trigger.kind === "signal") return none;
    const { step, settled, collect, outcomes, label } = this.uses;
    if (trigger.kind === "elements") return [this.uses.elements[maker]];
    if (trigger.kind === "collect" || trigger.kind === "outcomes") return [collect[maker], outcomes[maker]];
    if (trigger.kind !== "label") return [this.uses[trigger.kind][maker], settled[maker]];
    return [label[trigger.label], settled[maker], step[maker]];
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

function findUses(steps: readonly WiredStep[], labelCount: number): Pick<Wiring, "uses" | "signalUses"> {
  const stepLists = () => new Array<Use[] | undefined>(steps.length);
  const uses = {
    step: stepLists(),
    failed: stepLists(),
    settled: stepLists(),
    collect: stepLists(),
    outcomes: stepLists(),
    elements: stepLists(),
    label: new Array<Use[] | undefined>(labelCount),
  };
  const signalUses: Use[] = [];
  const add = (node: PlanNode, use: Use): void => {
    if (node.kind !== "leaf") {
      const inside = { ...use, group: { count: node.count, parent: use.group } };
      for (const operand of node.of) add(operand, inside);
      return;
    }
    const { trigger } = node;
    if (trigger.kind === "signal") signalUses.push(use);
    else if (trigger.kind === "label") addTo(uses.label, trigger.label, use);
    else addTo(uses[trigger.kind], trigger.step, use);
  };
  steps.forEach(({ entries }, step) => {
    entries.forEach(({ alternatives }, entry) => {
      const use: Use = { step, entry, group: undefined };
      for (const node of alternatives) add(node, use);
    });
  });
  return { uses, signalUses };
}

/** Adds to one of many lists. Most get one item only: a list that begins empty would reserve room for many. */
function addTo<T>(lists: (T[] | undefined)[], index: number, item: T): void {
  const list = lists[index];
  if (list) list.push(item);
  else lists[index] = [item];
}

/** Visits the leaves of a tree from left to right. */
export function eachLeaf(node: PlanNode, visit: (leaf: PlanLeaf) => void): void {
  if (node.kind === "leaf") visit(node);
  else for (const operand of node.of) eachLeaf(operand, visit);
}
