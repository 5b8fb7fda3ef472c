/** What can still happen in a run: the steps that its running calls, held operands and awaited signals can lead to. */
import type { PlanIndex } from "../plan-index.js";
import { Scheduler } from "../scheduler.js";
import type { SchedulerSnapshot } from "../snapshot.js";

/** Names of the steps that may be called from here on, or help to call one. `signals`: stored, and not yet taken in. */
export function reachableSteps(
  index: PlanIndex,
  snapshot: SchedulerSnapshot,
  signals: readonly string[],
): ReadonlySet<string> {
  const { plan, hears, isMany, failedKey, settledKey, labelKey, signalKey, groups } = index;
  const { collectKey, outcomesKey, elementsKey } = index;
  const reached = new Set<number>();
  for (const { step } of snapshot.open) reached.add(step);
  for (const { step } of snapshot.passes?.open ?? []) reached.add(step);
  for (const [group, { buckets }] of snapshot.groups) if (buckets.length > 0) reached.add(groups[group]!.entry.step);
  const names = plan.steps.map(({ name }) => name);
  for (const { steps } of Scheduler.restore(plan, snapshot).awaited())
    for (const name of steps) reached.add(names.indexOf(name));
  for (const signal of plan.signals.flatMap((name, signal) => (signals.includes(name) ? [signal] : [])))
    for (const { step } of hears[signalKey(signal)]!) reached.add(step);
  // a Set is walked with what is added meanwhile
  for (const step of reached) {
    const ends = isMany ? [collectKey(step), outcomesKey(step), elementsKey(step)] : [];
    for (const trigger of [step, failedKey(step), settledKey(step), ...ends, ...plan.steps[step]!.routes.map(labelKey)])
      for (const link of hears[trigger]!) reached.add(link.step);
  }
  return new Set([...reached].map((step) => names[step]!));
}
