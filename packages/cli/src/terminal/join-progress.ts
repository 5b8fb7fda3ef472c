/**
 * How far the joins of a run are filled, told from its plan and events. The scheduler keeps halves apart by rounds of loops; here
 * it is what has come since the step was last called: what a reader wants to see, not what decides.
 */
import type { FlowPlan } from "millrace";

type PlanNode = FlowPlan["steps"][number]["entries"][number]["alternatives"][number]["node"];
type PlanLeaf = Extract<PlanNode, { readonly kind: "leaf" }>;
type PlanTrigger = PlanLeaf["trigger"];

export interface JoinState {
  readonly step: string;
  readonly have: number;
  readonly need: number;
  /** Names of what is still to come. */
  readonly missing: readonly string[];
}

/** What can occur, as one text: `step:write`, `label:good`. */
export type Occurrence = `${PlanTrigger["kind"]}:${string}`;

interface Join {
  readonly step: string;
  readonly group: Exclude<PlanNode, PlanLeaf>;
  readonly held: Set<Occurrence>;
  /** Those that are held for every call. */
  readonly kept: ReadonlySet<Occurrence>;
}

export class JoinProgress {
  readonly #joins: Join[] = [];
  readonly #names: (trigger: PlanTrigger) => Occurrence;

  constructor(plan: FlowPlan) {
    this.#names = (trigger) => occurrenceOf(trigger, plan);
    for (const { name, entries } of plan.steps) {
      for (const { node } of entries.flatMap(({ alternatives }) => alternatives)) {
        if (node.kind === "leaf") continue;
        const kept = new Set(leavesOf(node).flatMap(({ keep, trigger }) => (keep ? [this.#names(trigger)] : [])));
        this.#joins.push({ step: name, group: node, held: new Set(), kept });
      }
    }
  }

  occurred(occurrence: Occurrence): void {
    for (const { group, held } of this.#joins) {
      if (leavesOf(group).some(({ trigger }) => this.#names(trigger) === occurrence)) held.add(occurrence);
    }
  }

  /** The step was called, or what it held was dropped. */
  emptied(step: string): void {
    for (const { step: name, held, kept } of this.#joins) {
      if (name !== step) continue;
      for (const one of held) if (!kept.has(one)) held.delete(one);
    }
  }

  /** Those that hold something and wait for more. */
  waiting(): readonly JoinState[] {
    return this.#joins.flatMap(({ step, group, held, kept }) => {
      if ([...held].every((one) => kept.has(one))) return [];
      const filled = (node: PlanNode): boolean =>
        node.kind === "leaf"
          ? held.has(this.#names(node.trigger))
          : node.of.filter(filled).length >= Math.min(node.count, node.of.length);
      const have = group.of.filter(filled).length;
      if (have === 0 || have >= group.count) return [];
      const missing = group.of.filter((node) => !filled(node)).map(nameOf);
      return [{ step, have, need: group.count, missing }];
    });
  }
}

/** `good`, or `(good or better)`. */
function nameOf(node: PlanNode): string {
  return node.kind === "leaf" ? node.key : `(${node.of.map(nameOf).join(node.kind === "and" ? " and " : " or ")})`;
}

function leavesOf(node: PlanNode): readonly PlanLeaf[] {
  return node.kind === "leaf" ? [node] : node.of.flatMap(leavesOf);
}

function occurrenceOf(trigger: PlanTrigger, { steps, labels, signals }: FlowPlan): Occurrence {
  if (trigger.kind === "label") return `label:${labels[trigger.label]!.name}`;
  if (trigger.kind === "signal") return `signal:${signals[trigger.signal]!}`;
  return `${trigger.kind}:${steps[trigger.step]!.name}`;
}
