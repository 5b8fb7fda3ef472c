/** Which steps lead to which, whatever they return. */
import type { PlanIndex } from "./plan-index.js";

/** By step: those whose completion, failure or labels its conditions wait for. */
type Callers = readonly (readonly number[])[];

interface Graph {
  readonly callers: Callers;
  /** Only those that call it without anything else. */
  readonly alone: Callers;
  readonly leading: Map<string, ReadonlySet<number>>;
}

const graphs = new WeakMap<PlanIndex, Graph>();

/**
 * The steps from which a path leads to a step, itself included.
 * @param how `alone`: none of the path waits for anything else
 */
export function stepsLeadingTo(
  index: PlanIndex,
  step: number,
  how: "callers" | "alone" = "callers",
): ReadonlySet<number> {
  return leadingTo(index, `${how} ${step}`, { targets: [step], how });
}

/** The steps from which a path leads into a loop, those inside included. */
export function stepsLeadingToLoop(index: PlanIndex, loop: number): ReadonlySet<number> {
  return leadingTo(index, `loop ${loop}`, { targets: index.plan.loops[loop]!.steps, how: "callers" });
}

/** Worked out once per key. */
function leadingTo(
  index: PlanIndex,
  key: string,
  { targets, how }: { readonly targets: readonly number[]; readonly how: "callers" | "alone" },
): ReadonlySet<number> {
  const graph = graphs.get(index) ?? graphOf(index);
  graphs.set(index, graph);
  const known = graph.leading.get(key);
  if (known) return known;
  const found = new Set(targets);
  for (const step of found) for (const caller of graph[how][step]!) found.add(caller);
  graph.leading.set(key, found);
  return found;
}

/** All triggers that a call of the step may make; of one that waits for a human: the labels that are still to come. */
export function triggersOf(index: PlanIndex, step: number, asking = false): readonly number[] {
  const labels = index.plan.steps[step]!.routes.map(index.labelKey);
  if (asking) return labels;
  const ends = index.isMany?.[step] ? [index.collectKey(step), index.outcomesKey(step), index.elementsKey(step)] : [];
  return [step, index.failedKey(step), index.settledKey(step), ...ends, ...labels];
}

function graphOf(index: PlanIndex): Graph {
  const { plan, hears } = index;
  const callers: number[][] = plan.steps.map(() => []);
  const alone: number[][] = plan.steps.map(() => []);
  plan.steps.forEach((_, step) => {
    for (const trigger of triggersOf(index, step)) {
      for (const { step: listener, group } of hears[trigger]!) {
        callers[listener]!.push(step);
        if (!group) alone[listener]!.push(step);
      }
    }
  });
  return { callers, alone, leading: new Map() };
}
