/**
 * How far a trigger keeps the numbers of the loops that its maker stands in, when it leaves them: a loop's number is
 * kept if the same completion may also lead back into the loop, for then calls outside belong to different rounds.
 * Counted from the outermost loop: the loops of a step are nested, so those that are kept are a beginning of the list.
 */
import { none } from "./freeze.js";
import type { Looping } from "./loops.js";
import type { PlanTrigger } from "./types.js";
import type { Use, Wiring } from "./wiring.js";

interface Depths {
  readonly step: number;
  readonly failed: number;
  readonly settled: number;
  /** Both occur together, when the last element is done. */
  readonly collect: number;
  readonly outcomes: number;
  /** As if they occurred with those. */
  readonly elements: number;
  /** By label number. */
  readonly labels: ReadonlyMap<number, number>;
}

export class KeptDepth {
  readonly #wiring: Wiring;
  readonly #looping: Looping;
  /** By step; undefined: it stands in no loop. */
  readonly #depths: readonly (Depths | undefined)[];

  constructor(wiring: Wiring, looping: Looping) {
    this.#wiring = wiring;
    this.#looping = looping;
    this.#depths = looping.loopsOf.map((own, step) => (own.length === 0 ? undefined : this.#depthsOf(step)));
  }

  of(trigger: PlanTrigger, maker: number): number {
    const depths = this.#depths[maker];
    if (depths === undefined || trigger.kind === "signal") return 0;
    return trigger.kind === "label" ? depths.labels.get(trigger.label)! : depths[trigger.kind];
  }

  #depthsOf(maker: number): Depths {
    const { uses } = this.#wiring;
    const step = this.#heardDepth(uses.step[maker], maker);
    const failed = this.#heardDepth(uses.failed[maker], maker);
    const settled = this.#heardDepth(uses.settled[maker], maker);
    const { routes, severalLabels } = this.#wiring.steps[maker]!;
    const labels = routes.map((label) => this.#heardDepth(uses.label[label], maker));
    const anyLabel = labels.reduce((deepest, depth) => Math.max(deepest, depth), 0);
    const completed = Math.max(step, settled);
    const collected = Math.max(
      this.#heardDepth(uses.collect[maker], maker),
      this.#heardDepth(uses.outcomes[maker], maker),
      this.#heardDepth(uses.elements[maker], maker),
    );
    return {
      step: Math.max(completed, anyLabel),
      failed: Math.max(failed, settled),
      settled: Math.max(completed, failed, anyLabel),
      collect: collected,
      outcomes: collected,
      elements: collected,
      labels: new Map(
        routes.map((label, i) => [label, Math.max(completed, severalLabels ? anyLabel : labels[i]!)] as const),
      ),
    };
  }

  /** How many of the maker's loops the listener that shares most of them stands in. */
  #heardDepth(uses: readonly Use[] | undefined, maker: number): number {
    const own = this.#looping.loopsOf[maker]!;
    let deepest = 0;
    for (const { step } of uses ?? none) {
      const loops = this.#looping.loopsOf[step]!;
      while (deepest < own.length && loops[deepest] === own[deepest]) deepest++;
    }
    return deepest;
  }
}
