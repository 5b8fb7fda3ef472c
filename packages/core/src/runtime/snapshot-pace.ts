/**
 * When a run's next snapshot is due: when the entries since the last one weigh at least twice as much as the snapshot. So a
 * run is opened at about the cost of reading its state, and snapshots write less than entries do, however large the state is.
 * Weights are lengths as text, estimated; nothing is encoded for them, and no more is looked at than entries have brought.
 */
import type { JournalEntry } from "../ports/index.js";
import type { StatePatch } from "../state/index.js";

/** About 125 small entries. */
const least = 40_000;
/** An entry without its values, and what it costs to take it in. */
const entryWeight = 250;

export class SnapshotPace {
  #since = 0;
  #due = least;

  /** An entry was taken in, of those after the last snapshot. */
  note(entry: JournalEntry): void {
    let weight = entryWeight;
    if (entry.type === "completed") {
      weight += weigh(entry.output);
      if (entry.patches) for (const patch of entry.patches) weight += weighPatch(patch);
    }
    this.#since += weight;
  }

  /** Whether a snapshot is to be made and offered. */
  get mayBeDue(): boolean {
    return this.#since >= this.#due;
  }

  /** Whether a snapshot is to be written. */
  isDue(snapshot: object): boolean {
    const weight = weigh(snapshot, this.#since / 2);
    if (weight > this.#since / 2) {
      this.#due = this.#since * 2;
      return false;
    }
    this.#since = 0;
    this.#due = Math.max(least, weight * 2);
    return true;
  }
}

function weighPatch(patch: StatePatch): number {
  switch (patch.op) {
    case "set":
      return 30 + weigh(patch.value);
    case "delete":
      return 30;
    case "append":
      return 30 + weigh(patch.values);
    case "members":
      return 30 + weigh(patch.add) + weigh(patch.remove);
  }
}

/** About how many characters a finished value takes as text; what is over the limit may not be counted. */
export function weigh(value: unknown, limit = Number.POSITIVE_INFINITY): number {
  if (typeof value === "string") return value.length + 3;
  if (typeof value !== "object" || value === null) return 6;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength * 1.4;
  let weight = 3;
  if (Array.isArray(value)) {
    // by index: every entry is weighed, and an iterator of each list is something to throw away
    for (let i = 0; i < value.length && weight <= limit; i++) weight += weigh(value[i], limit - weight);
    return weight;
  }
  if (value instanceof Set || value instanceof Map) {
    // a Map's items are pairs
    for (const item of value) {
      weight += weigh(item, limit - weight);
      if (weight > limit) break;
    }
    return weight;
  }
  for (const key of Object.keys(value)) {
    weight += key.length + 3 + weigh((value as Record<string, unknown>)[key], limit - weight);
    if (weight > limit) break;
  }
  return weight;
}
