/**
 * Joins that go on without what `settled` was to tell them, by the book: when nothing that is open, no list and no awaited signal
 * can lead to such a step any more. One after the other; of several that could, the first that no other leads to.
 */
import type { FlowPlan, PlanLeaf, PlanTrigger } from "../../plan/index.js";
import type { StepCallRecord } from "../types.js";
import { awaitedSignals } from "./reference-awaited.js";
import type { Bucket, EntryState, ReferenceGroup } from "./reference-group.js";
import { isSatisfied, leavesOf, mayBeMissing, sameTrigger, triggersOf } from "./reference-plan.js";
import { canBring, type Source } from "./reference-starving.js";
import { type Rounds, stepsAfter, toRounds } from "./reference-turns.js";

/** A bucket that is complete without these leaves. */
export interface Gap {
  readonly state: EntryState;
  readonly group: ReferenceGroup;
  readonly bucket: Bucket;
  readonly missing: readonly PlanLeaf[];
}

interface Standing {
  readonly passes: readonly Source[];
  readonly entries: readonly EntryState[];
}

export function nextGap(plan: FlowPlan, open: readonly StepCallRecord[], standing: Standing): Gap | undefined {
  const gaps: Gap[] = [];
  for (const state of standing.entries) {
    for (const group of state.groups.values()) {
      for (const bucket of group.buckets) {
        const held = heldWith(group, bucket);
        const dead = group.leaves.filter(
          (leaf) =>
            mayBeMissing(leaf) &&
            !held.has(leaf) &&
            !mayOccur(plan, roundsWith(group, bucket), { ...standing, open })(leaf),
        );
        const isComplete = isSatisfied(group.alternative.node, (leaf) => held.has(leaf) || dead.includes(leaf));
        if (dead.length > 0 && isComplete) gaps.push({ state, group, bucket, missing: dead });
      }
    }
  }
  const leads = (from: Gap, to: Gap) => {
    const source = { step: from.state.step, rounds: roundsWith(from.group, from.bucket) };
    if (!canBring(plan, source, roundsWith(to.group, to.bucket))) return false;
    return to.missing.some(({ trigger }) => {
      const target = trigger.kind === "settled" || trigger.kind === "outcomes" ? trigger.step : -1;
      return from.state.step === target || stepsAfter(plan, from.state.step).has(target);
    });
  };
  const first = gaps.find((gap) => gaps.every((other) => other === gap || !leads(other, gap) || leads(gap, other)));
  return first ?? gaps[0];
}

function heldWith(group: ReferenceGroup, bucket: Bucket): ReadonlySet<PlanLeaf> {
  return new Set([...group.kept.keys(), ...group.compatibleWith(bucket).flatMap(({ slots }) => [...slots.keys()])]);
}

function roundsWith(group: ReferenceGroup, bucket: Bucket): Rounds {
  return new Map(group.compatibleWith(bucket).flatMap(({ key }) => [...key]));
}

/** What calls and lists that can bring these rounds, and steps that wait for a signal, may still lead to. */
function mayOccur(
  plan: FlowPlan,
  rounds: Rounds,
  { open, passes, entries }: Standing & { readonly open: readonly StepCallRecord[] },
): (leaf: PlanLeaf) => boolean {
  const called = new Set<number>();
  let occurring: PlanTrigger[] = [];
  for (const { step, turn, asking } of open) {
    if (!canBring(plan, { step, rounds: toRounds(turn) }, rounds)) continue;
    if (asking) occurring.push(...triggersOf(plan, step).filter(({ kind }) => kind === "label"));
    else called.add(step);
  }
  for (const pass of passes) if (canBring(plan, pass, rounds)) called.add(pass.step);
  const awaiting = awaitedSignals(plan, entries).flatMap(({ steps }) => steps);
  for (const [step, { name }] of plan.steps.entries()) if (awaiting.includes(name)) called.add(step);
  const may = (leaf: PlanLeaf) => occurring.some((trigger) => sameTrigger(trigger, leaf.trigger));
  for (;;) {
    occurring = [...occurring, ...[...called].flatMap((step) => triggersOf(plan, step))];
    const more = entries.filter(
      ({ step, entry, groups }) =>
        !called.has(step) &&
        entry.alternatives.some((alternative) => {
          const held = groups.get(alternative)?.buckets.flatMap(({ slots }) => [...slots.keys()]) ?? [];
          const kept = [...(groups.get(alternative)?.kept.keys() ?? [])];
          const comes = (leaf: PlanLeaf) => leaf.trigger.kind === "signal" || mayBeMissing(leaf) || may(leaf);
          if (!leavesOf(alternative.node).some(may)) return false;
          return isSatisfied(alternative.node, (leaf) => comes(leaf) || held.includes(leaf) || kept.includes(leaf));
        }),
    );
    if (more.length === 0) return may;
    for (const { step } of more) called.add(step);
  }
}
