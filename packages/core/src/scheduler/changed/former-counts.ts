/**
 * How many calls were made under names that steps bore in earlier code: numbers of calls, and with them idempotency keys, must not
 * begin anew where a name is used again.
 */
import type { FlowPlan } from "../../plan/index.js";
import type { FormerCounts, SchedulerSnapshot } from "../snapshot.js";

type Counted = Pick<SchedulerSnapshot, "counts" | "formerly">;

/** Numbers to go on from under the steps of another plan. */
export function carryCounts(before: FlowPlan, after: FlowPlan, { counts, formerly = [] }: Counted): Counted {
  const known = joined([...formerly, ...before.steps.map(({ name }, step) => [name, counts[step]!] as const)]);
  const names = new Set(after.steps.map(({ name }) => name));
  return withFormer(
    after.steps.map(({ name }) => known.get(name) ?? 0),
    [...known].filter(([name, calls]) => calls > 0 && !names.has(name)),
  );
}

/** Steps have got other names: what was called under the old ones is remembered. */
export function renameCounts(before: FlowPlan, names: ReadonlyMap<string, string>, counted: Counted): Counted {
  const { counts, formerly = [] } = counted;
  const old = before.steps.flatMap(({ name }, step) => (names.has(name) ? [[name, counts[step]!] as const] : []));
  return withFormer(
    counts,
    [...joined([...formerly, ...old])].filter(([, calls]) => calls > 0),
  );
}

const withFormer = (counts: readonly number[], formerly: FormerCounts): Counted => ({
  counts,
  ...(formerly.length > 0 && { formerly }),
});

function joined(counts: FormerCounts): Map<string, number> {
  const most = new Map<string, number>();
  for (const [name, calls] of counts) most.set(name, Math.max(calls, most.get(name) ?? 0));
  return most;
}
