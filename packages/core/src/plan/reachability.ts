import type { GroupUse, Use, Wiring } from "./wiring.js";

/**
 * By step, whether some path from a start or a signal leads to it. `assumed` steps count as reached without one:
 * those with a problem of their own, so that it is not repeated by every step after them.
 */
export function findReached(wiring: Wiring, assumed: ReadonlySet<number>): boolean[] {
  const { uses } = wiring;
  const reached = wiring.steps.map(() => false);
  const pending: number[] = [];
  const met = new Map<GroupUse, number>();
  const labels = wiring.labels.map(() => false);

  const reach = (step: number) => {
    if (reached[step]) return;
    reached[step] = true;
    pending.push(step);
  };
  const hear = ({ step, group }: Use) => {
    for (let at = group; at; at = at.parent) {
      const count = (met.get(at) ?? 0) + 1;
      met.set(at, count);
      if (count !== at.count) return;
    }
    reach(step);
  };

  /** A label that several routers make is heard once: counting it twice would fill a group. */
  const occur = (label: number) => {
    if (labels[label]) return;
    labels[label] = true;
    uses.label[label]?.forEach(hear);
  };

  wiring.signalUses.forEach(hear);
  wiring.steps.forEach(({ starts }, step) => {
    if (starts || assumed.has(step)) reach(step);
  });
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    uses.step[step]?.forEach(hear);
    uses.failed[step]?.forEach(hear);
    uses.settled[step]?.forEach(hear);
    uses.collect[step]?.forEach(hear);
    uses.outcomes[step]?.forEach(hear);
    uses.elements[step]?.forEach(hear);
    wiring.steps[step]!.routes.forEach(occur);
  }
  return reached;
}
