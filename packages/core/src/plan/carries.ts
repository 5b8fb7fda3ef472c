/**
 * Which loops' rounds a call may carry: those that its step stands in, and those left behind with their number kept.
 *
 * A trigger that leaves a loop keeps the loop's number if the same completion may also lead back into the loop, for
 * then several calls outside belong to different rounds. Kept numbers are passed on for good, except that calling the
 * head of an outer loop begins its inner loops anew, and that no inner number outlives the outer one.
 * (A kept number can't come back into its loop: what leads back into a loop stands in it.)
 */
import type { Looping } from "./loops.js";
import type { PlanLeaf, PlanTrigger } from "./types.js";
import type { Use, Wiring } from "./wiring.js";

export class Carrying {
  readonly #wiring: Wiring;
  readonly #looping: Looping;
  /** By loop: how many loops are around it. */
  readonly #depth: readonly number[];
  /** By step. */
  readonly #carries: Set<number>[];

  constructor(wiring: Wiring, looping: Looping) {
    this.#wiring = wiring;
    this.#looping = looping;
    const depth: number[] = [];
    for (const { outer } of looping.loops) depth.push(outer === -1 ? 0 : depth[outer]! + 1);
    this.#depth = depth;
    this.#carries = looping.loopsOf.map((loops) => new Set(loops));
    this.#spread();
  }

  /** The loops whose round a call of the step may carry, ascending. */
  of(step: number): number[] {
    return ascending(this.#carries[step]!);
  }

  /** The loops whose round a trigger may bring to a listening step. */
  brought(leaf: PlanLeaf, listener: number): Set<number> {
    const loops = new Set<number>();
    for (const maker of this.#wiring.makersOf(leaf.trigger)) {
      if (this.#carries[maker]!.size === 0) continue;
      const kept = this.#keptDepth(leaf.trigger, maker);
      for (const loop of this.#carries[maker]!) if (this.#passes(loop, { maker, listener, kept })) loops.add(loop);
    }
    return loops;
  }

  #spread(): void {
    const pending: [step: number, loop: number][] = [];
    const add = (step: number, loop: number) => {
      if (this.#carries[step]!.has(loop)) return;
      this.#carries[step]!.add(loop);
      pending.push([step, loop]);
    };
    this.#looping.loopsOf.forEach((own, maker) => {
      if (own.length === 0) return;
      for (const [trigger, uses] of this.#outOf(maker)) {
        const kept = this.#keptDepth(trigger, maker);
        for (const { step: listener } of uses) {
          for (const loop of own) if (this.#passes(loop, { maker, listener, kept })) add(listener, loop);
        }
      }
    });
    for (let next = pending.pop(); next; next = pending.pop()) {
      const [maker, loop] = next;
      for (const [trigger, uses] of this.#outOf(maker)) {
        const kept = this.#keptDepth(trigger, maker);
        for (const { step: listener } of uses) if (this.#passes(loop, { maker, listener, kept })) add(listener, loop);
      }
    }
  }

  /** Whether a number that the maker carries is still there when the listener is called. */
  #passes(loop: number, { maker, listener, kept }: { maker: number; listener: number; kept: number }): boolean {
    const { loops } = this.#looping;
    for (let at = loop; at !== -1; at = loops[at]!.outer) {
      if (at !== loop && loops[at]!.head === listener) return false;
      if (this.#standsIn(maker, at) && !this.#standsIn(listener, at) && this.#depth[at]! >= kept) return false;
    }
    return true;
  }

  /** How many of the maker's own loops keep their number when this trigger leaves them, counted from the outermost. */
  #keptDepth(trigger: PlanTrigger, maker: number): number {
    if (this.#looping.loopsOf[maker]!.length === 0 || trigger.kind === "signal") return 0;
    const step = (kind: "step" | "failed" | "settled") => this.#heardDepth(this.#wiring.ofStep(kind, maker), maker);
    const { routes, severalLabels } = this.#wiring.steps[maker]!;
    const label = (number: number) => this.#heardDepth(this.#wiring.ofLabel(number), maker);
    const labels = () => routes.reduce((depth, route) => Math.max(depth, label(route)), 0);
    switch (trigger.kind) {
      case "step":
        return Math.max(step("step"), step("settled"), labels());
      case "failed":
        return Math.max(step("failed"), step("settled"));
      case "settled":
        return Math.max(step("step"), step("failed"), step("settled"), labels());
      case "label":
        return Math.max(step("step"), step("settled"), severalLabels ? labels() : label(trigger.label));
    }
  }

  /** How many loops, from the outermost, the maker shares with the listener that shares most. */
  #heardDepth(uses: readonly Use[], maker: number): number {
    const own = this.#looping.loopsOf[maker]!;
    let deepest = 0;
    for (const { step } of uses) {
      while (deepest < own.length && this.#standsIn(step, own[deepest]!)) deepest++;
    }
    return deepest;
  }

  *#outOf(maker: number): Iterable<[PlanTrigger, readonly Use[]]> {
    for (const kind of ["step", "failed", "settled"] as const) {
      yield [{ kind, step: maker }, this.#wiring.ofStep(kind, maker)];
    }
    for (const label of this.#wiring.steps[maker]!.routes) {
      yield [{ kind: "label", label }, this.#wiring.ofLabel(label)];
    }
  }

  #standsIn(step: number, loop: number): boolean {
    return this.#looping.loopsOf[step]![this.#depth[loop]!] === loop;
  }
}

export function ascending(numbers: Iterable<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}
