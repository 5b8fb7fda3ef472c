import type { CallNote, ChildNote, EntryOf, JournalEntry, NotedEntry, Usage } from "../ports/index.js";
import { CallTable } from "../scheduler/index.js";
import { addUsage, usageSince } from "./usage-sums.js";

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

/** A child that has not ended, as far as its parent knows. */
export interface OpenChild {
  readonly call: number;
  readonly key: string;
  readonly note: ChildNote;
}

const none: readonly never[] = Object.freeze([]);

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

  /** An attempt of the call has failed: the next one goes on with children that ended badly. */
  failed(call: number): void {
    const notes = this.of(call);
    if (!notes) return;
    const next = (note: CallNote) => charged(unended(note) ? again(note) : note);
    this.#byCall.set(call, new Map([...notes].map(([key, note]) => [key, next(note)])));
  }

  /** What a call has stored that it, and runs that it has started, have used, as far as no attempt was charged for it. */
  uncharged(call: number): Usage | undefined {
    const notes = this.of(call);
    if (!notes) return undefined;
    let usage: Usage | undefined;
    for (const note of notes.values()) if (isUsed(note)) usage = addUsage(usage, usageSince(note.charged, note.usage));
    return usage;
  }

  /** The same of all open calls. */
  get unchargedInAll(): Usage | undefined {
    if (this.#byCall.size === 0) return undefined;
    let usage: Usage | undefined;
    for (const [call] of this.#byCall.entries()) usage = addUsage(usage, this.uncharged(call));
    return usage;
  }

  /** The run was resumed: what stopped with it goes on. */
  resumed(): void {
    for (const { call, key, note } of this.children()) this.#byCall.get(call)!.set(key, again(note));
  }

  /** The questions that are open. */
  questions(): readonly OpenQuestion[] {
    if (this.#byCall.size === 0) return none;
    return this.#byCall.entries().flatMap(([call, notes]) => openIn(notes).map(([key, note]) => ({ call, key, note })));
  }

  /** Ids of those of one call. */
  questionsOf(call: number): readonly string[] {
    const notes = this.of(call);
    return notes ? openIn(notes).map(([, { id }]) => id) : none;
  }

  /** The children that have not ended. */
  children(): readonly OpenChild[] {
    if (this.#byCall.size === 0) return none;
    return this.#byCall
      .entries()
      .flatMap(([call, notes]) =>
        [...notes].flatMap(([key, note]) => (note.kind === "child" && !hasEnded(note) ? [{ call, key, note }] : [])),
      );
  }

  toJSON(): NotesData {
    return this.#byCall.entries().map(([call, notes]) => [call, [...notes]] as const);
  }
}

export function isNoted(entry: JournalEntry): entry is NotedEntry {
  return notedTypes.has(entry.type);
}

const notedTypes: ReadonlySet<string> = new Set<NotedEntry["type"]>(["once", "timer", "asked", "answered", "child"]);

export function hasEnded({ status }: ChildNote): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

const unended = (note: CallNote): note is ChildNote => note.kind === "child" && note.status !== "completed";
const again = ({ kind, run, flow, usage, charged }: ChildNote): ChildNote => ({
  kind,
  run,
  flow,
  status: "again",
  ...(usage && { usage }),
  ...(charged && { charged }),
});
type UsedNote = Extract<CallNote, { readonly usage?: Usage }>;
const isUsed = (note: CallNote): note is UsedNote => note.kind === "child" || note.kind === "once";
const charged = (note: CallNote): CallNote => (isUsed(note) && note.usage ? { ...note, charged: note.usage } : note);

function noteOf(entry: NotedEntry, before: CallNote | undefined): CallNote {
  switch (entry.type) {
    case "once":
      return { kind: "once", output: entry.output, ...(entry.usage && { usage: entry.usage }) };
    case "timer":
      return { kind: "timer", until: entry.until };
    case "asked": {
      const { id, prompt, schema, value, until } = entry;
      const about = value === undefined ? undefined : { value };
      return { kind: "ask", id, prompt, schema, ...about, ...(until !== undefined && { until }) };
    }
    case "answered":
      return { ...(before as AskNote), answer: entry.answer };
    case "child":
      return childNote(entry, before as ChildNote | undefined);
  }
}

function childNote({ run, flow, ...entry }: EntryOf<"child">, before: ChildNote | undefined): ChildNote {
  const { status, waitingFor, output, error } = entry;
  const usage = entry.usage ?? before?.usage;
  if (status === "moved") return before ?? { kind: "child", run, flow, status: "started" };
  return {
    kind: "child",
    run,
    flow,
    status,
    ...(waitingFor && { waitingFor }),
    ...(output !== undefined && { output }),
    ...(error && { error }),
    ...(usage && { usage }),
    ...(before?.charged && { charged: before.charged }),
  };
}
