/** Which entries of a plan have made calls, and of which turns an `or` or `race` among them has. */
import { FiredTurns } from "./fired-turns.js";
import type { PlanIndex } from "./plan-index.js";
import type { SchedulerSnapshot } from "./snapshot.js";
import { type Held, roundCanCome } from "./starving.js";
import type { Turn } from "./types.js";

/** After so many firings, at least, the turns of rounds long gone are looked for. */
const fewFirings = 1000;

type FiredData = Pick<SchedulerSnapshot, "called" | "fired">;

export class FiredEntries {
  /** By entry: whether it ever made a call. */
  readonly called: boolean[];
  /** By entry. */
  readonly #turns: (FiredTurns | undefined)[];
  /** Since turns were last looked through. */
  #firings = 0;
  #forgetAt = 0;

  constructor(entryCount: number) {
    // Assigned once more here, V8 does not take it for a constant that all compiled code may rely on.
    this.#forgetAt = fewFirings;
    this.called = new Array(entryCount).fill(false);
    this.#turns = new Array(entryCount).fill(undefined);
  }

  /** False: the entry has made its call of this turn already. */
  add(entry: number, turn: Turn): boolean {
    const turns = this.#turns[entry] ?? new FiredTurns();
    this.#turns[entry] = turns;
    return turns.add(turn);
  }

  /** The entry makes a call. */
  note(entry: number): void {
    this.#firings++;
    this.called[entry] = true;
  }

  /** Whether there may be twice as many turns as were left the last time. */
  get mayForget(): boolean {
    return this.#firings > this.#forgetAt;
  }

  /** Forgets turns, those of `others` too, that are not alive: see FiredTurns. */
  forget(others: readonly FiredTurns[], alive: (outer: Turn) => boolean): void {
    let left = 0;
    for (const turns of [...this.#turns, ...others]) {
      turns?.forget(alive);
      left += turns?.size ?? 0;
    }
    this.#firings = 0;
    this.#forgetAt = fewFirings + 2 * left;
  }

  /** Forgets the turns of rounds that can't come again. */
  forgetPast(index: PlanIndex, held: Held): void {
    const others = held.groups.flatMap((store) => store?.fired ?? []);
    this.forget(others, (outer) => roundCanCome(index, outer, held));
  }

  /** In plain loops: a snapshot of a long plan comes by here for every entry that it has. */
  toJSON(): FiredData {
    const called: number[] = [];
    const fired: (readonly [number, ReturnType<FiredTurns["toJSON"]>])[] = [];
    for (let entry = 0; entry < this.called.length; entry++) if (this.called[entry]) called.push(entry);
    for (let entry = 0; entry < this.#turns.length; entry++) {
      const turns = this.#turns[entry];
      if (turns) fired.push([entry, turns.toJSON()]);
    }
    return { called, fired };
  }

  restore({ called, fired }: FiredData): void {
    for (const entry of called) this.called[entry] = true;
    for (const [entry, turns] of fired) this.#turns[entry] = FiredTurns.fromJSON(turns);
  }
}
