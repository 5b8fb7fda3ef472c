/**
 * The turns of which an `or` has made its call. Rounds of one loop lie side by side, so they are kept as ranges: a loop of
 * any length costs one pair of numbers.
 */
import type { Turn } from "./types.js";

/** `[first, last, first, last, …]`, ascending, not touching. */
type Ranges = number[];

export class FiredTurns {
  /** By all of the turn but its last round. */
  readonly #ranges = new Map<string, Ranges>();

  /** Notes a turn; answers false when it was there already. */
  add(turn: Turn): boolean {
    const prefix = prefixOf(turn);
    const round = turn.length === 0 ? 0 : turn[turn.length - 1]!;
    const ranges = this.#ranges.get(prefix);
    if (ranges) return addRound(ranges, round);
    this.#ranges.set(prefix, [round, round]);
    return true;
  }

  has(turn: Turn): boolean {
    const ranges = this.#ranges.get(prefixOf(turn));
    if (!ranges) return false;
    const round = turn.length === 0 ? 0 : turn[turn.length - 1]!;
    for (let i = ranges.length - 2; i >= 0; i -= 2) if (ranges[i]! <= round) return round <= ranges[i + 1]!;
    return false;
  }

  /** How many ranges' prefixes are kept. */
  get size(): number {
    return this.#ranges.size;
  }

  /** Forgets what no call can ask for again; `alive` is given all of a turn but its last pair. */
  forget(alive: (outer: Turn) => boolean): void {
    for (const prefix of this.#ranges.keys()) {
      const outer = prefix.split(",").map(Number).slice(0, -1);
      if (outer.length > 0 && !alive(outer)) this.#ranges.delete(prefix);
    }
  }

  toJSON(): [string, number[]][] {
    return [...this.#ranges].map(([prefix, ranges]) => [prefix, [...ranges]]);
  }

  static fromJSON(data: readonly [string, readonly number[]][]): FiredTurns {
    const fired = new FiredTurns();
    for (const [prefix, ranges] of data) fired.#ranges.set(prefix, [...ranges]);
    return fired;
  }
}

/** `[0, 3, 2, 7]` → `"0,3,2"`: the pairs before the last, and the last loop. */
const prefixOf = (turn: Turn): string =>
  turn.length === 2 ? String(turn[0]) : turn.length === 0 ? "" : turn.slice(0, -1).join(",");

function addRound(ranges: Ranges, round: number): boolean {
  const end = ranges.length - 1;
  if (round === ranges[end]! + 1) {
    ranges[end] = round;
    return true;
  }
  let i = end - 1;
  while (i >= 0 && ranges[i]! > round) i -= 2;
  if (i >= 0 && round <= ranges[i + 1]!) return false;
  const touchesLower = i >= 0 && ranges[i + 1] === round - 1;
  const touchesUpper = i + 2 <= end && ranges[i + 2] === round + 1;
  if (touchesLower && touchesUpper) ranges.splice(i + 1, 2);
  else if (touchesLower) ranges[i + 1] = round;
  else if (touchesUpper) ranges[i + 2] = round;
  else ranges.splice(i + 2, 0, round, round);
  return true;
}
