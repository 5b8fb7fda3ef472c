import type { CallNote, JournalEntry, NotedEntry } from "../ports/index.js";
import { CallTable } from "../scheduler/index.js";

export type NotesData = readonly (readonly [
  call: number,
  notes: readonly (readonly [key: string, note: CallNote])[],
])[];

/** What the open calls of a run have noted down inside their steps, by key. A call that notes nothing costs nothing. */
export class CallNotes {
  readonly #byCall = new CallTable<Map<string, CallNote>>();

  constructor(data: NotesData = []) {
    for (const [call, notes] of data) this.#byCall.set(call, new Map(notes));
  }

  of(call: number): ReadonlyMap<string, CallNote> | undefined {
    return this.#byCall.size === 0 ? undefined : this.#byCall.get(call);
  }

  note(entry: NotedEntry): void {
    const notes = this.#byCall.get(entry.call) ?? new Map<string, CallNote>();
    notes.set(entry.key, noteOf(entry));
    this.#byCall.set(entry.call, notes);
  }

  close(call: number): void {
    if (this.#byCall.size > 0) this.#byCall.delete(call);
  }

  toJSON(): NotesData {
    return this.#byCall.entries().map(([call, notes]) => [call, [...notes]] as const);
  }
}

export function isNoted(entry: JournalEntry): entry is NotedEntry {
  return entry.type === "once" || entry.type === "timer";
}

function noteOf(entry: NotedEntry): CallNote {
  return entry.type === "once" ? { kind: "once", output: entry.output } : { kind: "timer", until: entry.until };
}
