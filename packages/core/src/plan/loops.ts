/**
 * The plan's loops: steps and labels that lead to each other, entered by a head; and without the head, the loops inside.
 * A component that nothing from outside can enter is no loop: its steps are unreachable.
 */
import { ComponentFinder } from "./components.js";
import type { PlanLoop, PlanNode } from "./types.js";
import type { Use, Wiring } from "./wiring.js";

export interface Looping {
  /** Outer before inner; loops beside each other by their heads. */
  readonly loops: readonly PlanLoop[];
  /** By step: the loops it stands in, outermost first. */
  readonly loopsOf: readonly (readonly number[])[];
}

/** A component that can be entered, not yet numbered. */
interface Found {
  readonly members: readonly number[];
  readonly head: number;
  readonly entrances: readonly number[];
  readonly outer: number;
}

export function findLoops(wiring: Wiring): Looping {
  const count = wiring.steps.length;
  const finder = new ComponentFinder(successors(wiring));
  let regions = 0;

  const find = (nodes: readonly number[], region: number, outer: number): Found[] => {
    const found: Found[] = [];
    for (const members of finder.cyclic(nodes, region)) {
      const inside = ++regions;
      for (const member of members) finder.region[member] = inside;
      const outside = (step: number) => finder.region[step] !== inside;
      const entrances = members.filter((node) => node < count && canEnter(wiring, node, outside));
      const [head] = entrances;
      if (head !== undefined) found.push({ members, head, entrances, outer });
    }
    return found.sort((a, b) => a.head - b.head);
  };

  const loops: PlanLoop[] = [];
  const loopsOf = wiring.steps.map((): number[] => []);
  const pending = find([...finder.region.keys()], 0, -1).reverse();
  for (let loop = pending.pop(); loop; loop = pending.pop()) {
    const { members, head, entrances, outer } = loop;
    const steps = members.filter((node) => node < count);
    for (const step of steps) loopsOf[step]!.push(loops.length);
    const region = finder.region[head]!;
    finder.region[head] = -1;
    const inner = find(
      members.filter((node) => node !== head),
      region,
      loops.length,
    );
    loops.push({ head, steps, outer, entrances });
    pending.push(...inner.reverse());
  }
  return { loops, loopsOf };
}

/** Nodes are the steps, then the labels: step → its labels and its listeners, label → its listeners. */
function successors(wiring: Wiring): number[][] {
  const { steps, labels, uses } = wiring;
  const ofSteps = steps.map(({ routes }, step) => {
    const to = uses.step[step]?.map(stepOf) ?? [];
    if (uses.failed[step]) for (const use of uses.failed[step]) to.push(use.step);
    if (uses.settled[step]) for (const use of uses.settled[step]) to.push(use.step);
    if (uses.collect[step]) for (const use of uses.collect[step]) to.push(use.step);
    if (uses.outcomes[step]) for (const use of uses.outcomes[step]) to.push(use.step);
    if (uses.elements[step]) for (const use of uses.elements[step]) to.push(use.step);
    for (const label of routes) to.push(steps.length + label);
    return to;
  });
  return [...ofSteps, ...labels.map((_, label) => uses.label[label]?.map(stepOf) ?? [])];
}

function stepOf({ step }: Use): number {
  return step;
}

/** Whether the step can be called by what is made outside alone. */
function canEnter(wiring: Wiring, step: number, outside: (step: number) => boolean): boolean {
  const given = (node: PlanNode): boolean => {
    if (node.kind === "leaf") return node.trigger.kind === "signal" || wiring.makersOf(node.trigger).some(outside);
    let missing = node.count;
    return node.of.some((operand) => given(operand) && --missing === 0);
  };
  const { starts, entries } = wiring.steps[step]!;
  return starts || entries.some((entry) => entry.alternatives.some(given));
}
