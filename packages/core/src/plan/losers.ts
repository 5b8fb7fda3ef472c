import type { EntryDraft } from "./entries.js";
import { eachLeaf, type Use, type Wiring } from "./wiring.js";

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
    wiring.eachLeafOf(step, ({ trigger }) => pending.push(...wiring.makersOf(trigger)));
  }
  return [...losers].sort((a, b) => a - b);
}

/** All steps from which a path leads to the entry. */
function stepsBefore(wiring: Wiring, entry: EntryDraft): Set<number> {
  const before = new Set<number>();
  const pending: number[] = [];
  for (const node of entry.alternatives) eachLeaf(node, ({ trigger }) => pending.push(...wiring.makersOf(trigger)));
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    if (before.has(step)) continue;
    before.add(step);
    wiring.eachLeafOf(step, ({ trigger }) => pending.push(...wiring.makersOf(trigger)));
  }
  return before;
}
