import type { EntryDraft } from "./entries.js";
import type { PlanNode } from "./types.js";
import type { Use, Wiring } from "./wiring.js";

/**
 * The steps that a race aborts when it fires: those on the way to it whose triggers lead nowhere else, directly or
 * through other such steps. Ascending. The racing step itself is never one of them.
 */
export function findLosers(wiring: Wiring, racing: { step: number; entry: number }): number[] {
  const losers = stepsBefore(wiring, wiring.steps[racing.step]!.entries[racing.entry]!);
  losers.delete(racing.step);

  const leadsElsewhere = (step: number) => {
    const harmless = (use: Use) => losers.has(use.step) || (use.step === racing.step && use.entry === racing.entry);
    return wiring.outOf(step).some(({ uses }) => !uses.every(harmless));
  };
  // Removing one may show that those before it lead elsewhere too.
  const pending = [...losers];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    if (!losers.has(step) || !leadsElsewhere(step)) continue;
    losers.delete(step);
    for (const entry of wiring.steps[step]!.entries) {
      for (const node of entry.alternatives) pending.push(...makers(wiring, node));
    }
  }
  return [...losers].sort((a, b) => a - b);
}

/** All steps from which a path leads to the entry. */
function stepsBefore(wiring: Wiring, entry: EntryDraft): Set<number> {
  const before = new Set<number>();
  const pending = entry.alternatives.flatMap((node) => makers(wiring, node));
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    if (before.has(step)) continue;
    before.add(step);
    for (const { alternatives } of wiring.steps[step]!.entries) {
      for (const node of alternatives) pending.push(...makers(wiring, node));
    }
  }
  return before;
}

function makers(wiring: Wiring, node: PlanNode): readonly number[] {
  if (node.kind === "leaf") return wiring.makersOf(node.trigger);
  return node.of.flatMap((operand) => makers(wiring, operand));
}
