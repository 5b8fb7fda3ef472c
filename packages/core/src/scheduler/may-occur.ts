/**
 * What may still occur in a run, by the plan: never less than what can, and nothing once nothing is left to bring it about. Rounds
 * are left out of account, but for those of the sources.
 */
import { GroupStore } from "./group-store.js";
import type { IndexedGroup, PlanIndex } from "./plan-index.js";
import { triggersOf } from "./step-graph.js";

export interface Start {
  readonly step: number;
  /** Its step is done, and only a label is still to come. */
  readonly asking?: boolean;
}

/** @returns by trigger number: whether it may occur, as calls of these steps come to an end. */
export function mayOccur(
  index: PlanIndex,
  starts: Iterable<Start>,
  groups: readonly (GroupStore | undefined)[],
): readonly boolean[] {
  const may: boolean[] = new Array(index.hears.length).fill(false);
  const called: boolean[] = new Array(index.plan.steps.length).fill(false);
  const due: number[] = [];
  const occur = (triggers: readonly number[]) => {
    for (const trigger of triggers) {
      if (may[trigger]) continue;
      may[trigger] = true;
      due.push(trigger);
    }
  };
  const call = (step: number) => {
    if (called[step]) return;
    called[step] = true;
    occur(triggersOf(index, step));
  };
  for (const { step, asking } of starts) {
    if (asking) occur(triggersOf(index, step, true));
    else call(step);
  }
  for (let trigger = due.pop(); trigger !== undefined; trigger = due.pop()) {
    for (const { group, step } of index.hears[trigger]!)
      if (!group || canComplete(group, groups[group.id], (slot) => may[group.keys[slot]!]!)) call(step);
  }
  return may;
}

/** With what it holds and what may occur; signals may always come, and what `settled` waits for is not waited for in vain. */
function canComplete(group: IndexedGroup, store: GroupStore | undefined, may: (slot: number) => boolean): boolean {
  return GroupStore.complete(
    group.node,
    (slot) =>
      group.leaves[slot]!.trigger.kind === "signal" ||
      group.waivable.includes(slot) ||
      may(slot) ||
      (store?.holds(slot) ?? false),
  );
}
