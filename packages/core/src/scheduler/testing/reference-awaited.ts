/** Which signals a run that has nothing to do waits for: those that alone would complete some condition. */
import type { FlowPlan, PlanAlternative, PlanLeaf, PlanNode } from "../../plan/index.js";
import type { AwaitedSignal } from "../types.js";
import type { EntryState, ReferenceGroup } from "./reference-group.js";
import { isSatisfied, mayBeMissing } from "./reference-plan.js";

export function awaitedSignals(plan: FlowPlan, entries: readonly EntryState[]): AwaitedSignal[] {
  const steps = plan.signals.map(() => new Set<number>());
  for (const state of entries) {
    for (const alternative of state.entry.alternatives) {
      for (const signal of awaitedBy(state, alternative)) steps[signal]!.add(state.step);
    }
  }
  return plan.signals.flatMap((name, signal) => {
    const waiting = plan.steps.filter((_, step) => steps[signal]!.has(step));
    return waiting.length > 0 ? [{ kind: "signal" as const, name, steps: waiting.map((step) => step.name) }] : [];
  });
}

function awaitedBy({ groups, calledTurns }: EntryState, alternative: PlanAlternative): number[] {
  const group = groups.get(alternative);
  if (!group) return calledTurns.size === 0 ? missingSignals(alternative.node, () => false) : [];
  // Each bucket with what goes with it; and nothing at all, for a group that has never fired.
  const candidates = group.buckets.map((bucket) => heldLeaves(group, bucket));
  if (!group.hasFired) candidates.push(new Set(group.kept.keys()));
  return candidates.flatMap((held, at) => {
    const holdsWork = [...held].some((leaf) => leaf.trigger.kind !== "signal" && !leaf.keep);
    // where something is held, what `settled` has not told is not missed
    const isBucket = at < group.buckets.length;
    const has = (leaf: PlanLeaf) => held.has(leaf) || (isBucket && mayBeMissing(leaf));
    return holdsWork || !group.hasFired ? missingSignals(alternative.node, has) : [];
  });
}

function heldLeaves(group: ReferenceGroup, bucket: ReferenceGroup["buckets"][number]): Set<PlanLeaf> {
  const together = group.compatibleWith(bucket);
  return new Set([...group.kept.keys(), ...together.flatMap(({ slots }) => [...slots.keys()])]);
}

/** The signals that would complete the node; none if it is complete, or if more than signals is missing. */
function missingSignals(node: PlanNode, has: (leaf: PlanLeaf) => boolean): number[] {
  const orSignal = (leaf: PlanLeaf) => has(leaf) || leaf.trigger.kind === "signal";
  if (isSatisfied(node, has) || !isSatisfied(node, orSignal)) return [];
  if (node.kind === "leaf") return node.trigger.kind === "signal" ? [node.trigger.signal] : [];
  return node.of.flatMap((child) => missingSignals(child, has));
}
