/**
 * When a run's next snapshot is due: when the entries since the last one weigh twice as much as the snapshot. So a run is
 * opened at about the cost of reading its state, and snapshots write less than entries do, however large the state is.
 * Weights are lengths as text, estimated; nothing is encoded for them.
 */
import type { JournalEntry } from "../ports/index.js";
import type { StatePatch } from "../state/index.js";

/** About 100 small entries. */
const least = 30_000;
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
    this.#due = Math.max(least, 2 * weigh(snapshot));
    if (!this.mayBeDue) return false;
    this.#since = 0;
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

/** About how many characters a finished value takes as text. */
function weigh(value: unknown): number {
  if (typeof value === "string") return value.length + 3;
  if (typeof value !== "object" || value === null) return 6;
  let weight = 3;
  if (Array.isArray(value)) for (const item of value) weight += weigh(item);
  else if (value instanceof Map) for (const [key, item] of value) weight += weigh(key) + weigh(item);
  else if (value instanceof Set) for (const item of value) weight += weigh(item);
  else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) weight += value.byteLength * 1.4;
  else for (const key in value) weight += key.length + 3 + weigh((value as Record<string, unknown>)[key]);
  return weight;
}
