/**
 * Which loops' rounds a call may carry: those that its step stands in, and those left behind with their number kept
 * (KeptDepth says when). A kept number is passed on for good, except that a new round of an outer loop begins its inner
 * loops anew, and that no inner number outlives the outer one. It never comes back into its loop: what leads back into
 * a loop stands in it.
 */
import { none } from "./freeze.js";
import { KeptDepth } from "./kept-depth.js";
import type { Looping } from "./loops.js";
import type { PlanLeaf, PlanTrigger } from "./types.js";
import type { Wiring } from "./wiring.js";

/** One way of a round number from call to call. */
interface Passage {
  readonly trigger: PlanTrigger;
  readonly maker: number;
  readonly listener: number;
  readonly kept: number;
}

export class Carrying {
  readonly #wiring: Wiring;
  readonly #looping: Looping;
  readonly #kept: KeptDepth;
  /** By loop: how many loops are around it. */
  readonly #depth: number[] = [];
  /** By step; undefined: nothing. */
  readonly #carries: (Set<number> | undefined)[];

  constructor(wiring: Wiring, looping: Looping) {
    this.#wiring = wiring;
    this.#looping = looping;
    this.#kept = new KeptDepth(wiring, looping);
    for (const { outer } of looping.loops) this.#depth.push(outer === -1 ? 0 : this.#depth[outer]! + 1);
    this.#carries = looping.loopsOf.map((own) => (own.length === 0 ? undefined : new Set(own)));
    this.#spread();
  }

  /** The loops whose round a call of the step may carry, ascending. */
  of(step: number): readonly number[] {
    return ascending(this.#carries[step]);
  }

  /** The loops whose round a trigger may bring to a listening step. */
  brought({ trigger }: PlanLeaf, listener: number): Set<number> {
    const loops = new Set<number>();
    for (const maker of this.#wiring.makersOf(trigger)) {
      const passage = { trigger, maker, listener, kept: this.#kept.of(trigger, maker) };
      for (const loop of this.#carries[maker] ?? none) if (this.#passes(loop, passage)) loops.add(loop);
    }
    return loops;
  }

  #spread(): void {
    // A set as a queue: what is added while it is walked is visited later, and nothing waits in it twice.
    const pending = new Set(this.#carries.flatMap((loops, step) => (loops ? [step] : [])));
    for (const maker of pending) {
      pending.delete(maker);
      for (const listener of this.#handOver(maker)) pending.add(listener);
    }
  }

  /** Gives what a call of the maker carries to its listeners. Yields those that did not carry it all before. */
  *#handOver(maker: number): Iterable<number> {
    for (const { trigger, uses } of this.#wiring.outOf(maker)) {
      const kept = this.#kept.of(trigger, maker);
      for (const { step: listener } of uses) if (this.#add({ trigger, maker, listener, kept })) yield listener;
    }
  }

  #add(passage: Passage): boolean {
    const { maker, listener } = passage;
    if (maker === listener) return false;
    const before = this.#carries[listener]?.size ?? 0;
    for (const loop of this.#carries[maker]!) {
      if (this.#carries[listener]?.has(loop) || !this.#passes(loop, passage)) continue;
      this.#carries[listener] ??= new Set();
      this.#carries[listener].add(loop);
    }
    return (this.#carries[listener]?.size ?? 0) > before;
  }

  /** Whether a number that the maker carries is still there when the listener is called. */
  #passes(loop: number, passage: Passage): boolean {
    const { maker, listener, kept } = passage;
    for (let at = loop; at !== -1; at = this.#looping.loops[at]!.outer) {
      if (at !== loop && this.#beginsRound(at, passage)) return false;
      if (this.#depth[at]! >= kept && this.#standsIn(maker, at) && !this.#standsIn(listener, at)) return false;
    }
    return true;
  }

  /** Whether the call begins a new round of the loop: a call of its head, or of another entrance along with the head. */
  #beginsRound(loop: number, { trigger, maker, listener }: Passage): boolean {
    const { head, entrances } = this.#looping.loops[loop]!;
    if (listener === head) return true;
    if (entrances.length === 1 || !entrances.includes(listener)) return false;
    return this.#wiring.madeWith(trigger, maker).some((uses) => uses?.some((use) => use.step === head));
  }

  #standsIn(step: number, loop: number): boolean {
    return this.#looping.loopsOf[step]![this.#depth[loop]!] === loop;
  }
}

export function ascending(numbers: ReadonlySet<number> | undefined): readonly number[] {
  return numbers === undefined || numbers.size === 0 ? none : [...numbers].sort((a, b) => a - b);
}
