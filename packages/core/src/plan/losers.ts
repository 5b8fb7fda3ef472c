import type { Carrying } from "./carries.js";
import type { Looping } from "./loops.js";
import type { PlanLeaf } from "./types.js";
import { eachLeaf, type Use, type Wiring } from "./wiring.js";

/**
 * The steps that a race aborts when it fires: those on the way to it whose triggers lead nowhere else, directly or
 * through other such steps. Ascending. A way that passes the racing step, or that begins a new round of a loop whose
 * rounds the race tells apart, is not a way to this race but to a later one: the racing step itself is never a loser,
 * and who leads back into such a loop is spared.
 */
export class LoserFinder {
  readonly #wiring: Wiring;
  readonly #looping: Looping;
  readonly #carrying: Carrying;

  constructor(wiring: Wiring, looping: Looping, carrying: Carrying) {
    this.#wiring = wiring;
    this.#looping = looping;
    this.#carrying = carrying;
  }

  find(racing: number, entry: number): number[] {
    const losers = this.#before(racing, entry);
    const harmless = (step: number, use: Use) =>
      use.step === racing ? use.entry === entry : losers.has(use.step) && !this.#beginsRound(step, use.step, racing);
    const leadsElsewhere = (step: number) =>
      this.#wiring.outOf(step).some(({ uses }) => !uses.every((use) => harmless(step, use)));
    // Sparing one may show that those before it lead elsewhere too.
    const pending = [...losers];
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
      if (!losers.has(step) || !leadsElsewhere(step)) continue;
      losers.delete(step);
      pending.push(...this.#makersFor(step));
    }
    return [...losers].sort((a, b) => a - b);
  }

  /** All steps on some way to the entry. */
  #before(racing: number, entry: number): Set<number> {
    const before = new Set<number>();
    const { alternatives } = this.#wiring.steps[racing]!.entries[entry]!;
    const pending: number[] = [];
    for (const node of alternatives) eachLeaf(node, (leaf) => pending.push(...this.#makersOf(leaf)));
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
      if (step === racing || before.has(step)) continue;
      before.add(step);
      const listener = step;
      pending.push(...this.#makersFor(step).filter((maker) => !this.#beginsRound(maker, listener, racing)));
    }
    return before;
  }

  /** Whether the listener is the head of a loop that the race carries, called from inside the loop. */
  #beginsRound(maker: number, listener: number, racing: number): boolean {
    const { loops, loopsOf } = this.#looping;
    return this.#carrying.of(racing).some((loop) => loops[loop]!.head === listener && loopsOf[maker]!.includes(loop));
  }

  #makersFor(step: number): number[] {
    const makers: number[] = [];
    this.#wiring.eachLeafOf(step, (leaf) => makers.push(...this.#makersOf(leaf)));
    return makers;
  }

  #makersOf({ trigger }: PlanLeaf): readonly number[] {
    return this.#wiring.makersOf(trigger);
  }
}
