import type { CallNote, JournalEntry, NotedEntry } from "../ports/index.js";
import { CallTable } from "../scheduler/index.js";

export type NotesData = readonly (readonly [
  call: number,
  notes: readonly (readonly [key: string, note: CallNote])[],
])[];

export type AskNote = Extract<CallNote, { kind: "ask" }>;

export interface OpenQuestion {
  readonly call: number;
  readonly key: string;
  readonly note: Pick<AskNote, "id" | "prompt" | "until">;
}

const noQuestions: readonly OpenQuestion[] = Object.freeze([]);

function openIn(notes: ReadonlyMap<string, CallNote>): [key: string, note: AskNote][] {
  return [...notes].filter((entry): entry is [string, AskNote] => entry[1].kind === "ask" && !entry[1].answer);
}

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
    notes.set(entry.key, noteOf(entry, notes.get(entry.key)));
    this.#byCall.set(entry.call, notes);
  }

  close(call: number): void {
    if (this.#byCall.size > 0) this.#byCall.delete(call);
  }

  /** The questions that are open. */
  questions(): readonly OpenQuestion[] {
    if (this.#byCall.size === 0) return noQuestions;
    return this.#byCall.entries().flatMap(([call, notes]) => openIn(notes).map(([key, note]) => ({ call, key, note })));
  }

  toJSON(): NotesData {
    return this.#byCall.entries().map(([call, notes]) => [call, [...notes]] as const);
  }
}

export function isNoted(entry: JournalEntry): entry is NotedEntry {
  return entry.type === "once" || entry.type === "timer" || entry.type === "asked" || entry.type === "answered";
}

function noteOf(entry: NotedEntry, before: CallNote | undefined): CallNote {
  switch (entry.type) {
    case "once":
      return { kind: "once", output: entry.output };
    case "timer":
      return { kind: "timer", until: entry.until };
    case "asked": {
      const { id, prompt, schema, until } = entry;
      return { kind: "ask", id, prompt, schema, ...(until !== undefined && { until }) };
    }
    case "answered":
      return { ...(before as AskNote), answer: entry.answer };
  }
}
