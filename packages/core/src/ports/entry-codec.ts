/**
 * Journal entries, snapshots and inbox payloads as text, for stores that keep text. An entry is written as
 * `type at fields`, e.g. `done 1763716000000 {"c":3,"s":"write"}`: type and time can be read without the rest.
 * What comes back is frozen and deeply equal, except that a field whose value is undefined comes back absent.
 */
import { FlowError } from "../errors/index.js";
import { decodeValue, encodeValue } from "../state/index.js";
import { packFields, unpackFields } from "./entry-fields.js";
import type { JournalEntry } from "./journal.js";

/** Where a text was found, for the message when it is damaged. */
export interface StoredPlace {
  readonly runId: string;
  /** The entry's seq; absent for other texts. */
  readonly seq?: number;
}

/** The types of entries, by the word that they are written as. */
const entryTypes: Readonly<Record<string, JournalEntry["type"]>> = {
  started: "started",
  done: "completed",
  skipped: "skipped",
  "attempt-failed": "attempt-failed",
  failed: "failed",
  once: "once",
  timer: "timer",
  asked: "asked",
  answered: "answered",
  child: "child",
  parked: "parked",
  left: "left",
  annotated: "annotated",
  dropped: "dropped",
  signal: "signal",
  resumed: "resumed",
  migrated: "migrated",
  forked: "forked",
  cancelled: "cancelled",
  ended: "ended",
};

/**
 * An entry as one line of text; `decodeEntry` is the way back.
 * @throws {FlowError} STATE_NOT_SERIALIZABLE – a value in it can't be stored
 * @example
 * const text = encodeEntry({ type: "resumed", at: 1763716000000 });
 * decodeEntry(text).type; // "resumed"
 */
export function encodeEntry(entry: JournalEntry): string {
  const { type, at } = entry;
  return `${type === "completed" ? "done" : type} ${at} ${encodeValue(packFields(entry))}`;
}

/**
 * The entry that a text of `encodeEntry` stands for.
 * @throws {FlowError} RUN_CORRUPT – the text is damaged, or of a kind that this release does not know
 */
export function decodeEntry(text: string, place?: StoredPlace): JournalEntry {
  const [type, at, start] = readHead(text, place);
  const fields = decodeData(text.slice(start), place);
  if (typeof fields !== "object" || fields === null) throw damaged(place);
  try {
    return Object.freeze({ type, at, ...unpackFields(fields as Record<string, unknown>) }) as unknown as JournalEntry;
  } catch (error) {
    throw damaged(place, error);
  }
}

/**
 * The `at` of an encoded entry, ms since the epoch. The first 40 characters of the text are enough.
 * @throws {FlowError} RUN_CORRUPT – the text is damaged
 */
export function entryTime(text: string, place?: StoredPlace): number {
  return readHead(text, place)[1];
}

/**
 * Snapshot data, an inbox payload or any other finished value as text.
 * @throws {FlowError} STATE_NOT_SERIALIZABLE – a value in it can't be stored
 */
export function encodeData(value: unknown): string {
  return encodeValue(value);
}

/**
 * The value that a text of `encodeData` stands for, frozen.
 * @throws {FlowError} RUN_CORRUPT – the text is damaged
 */
export function decodeData(text: string, place?: StoredPlace): unknown {
  try {
    return decodeValue(text);
  } catch (error) {
    throw damaged(place, error);
  }
}

function readHead(
  text: string,
  place: StoredPlace | undefined,
): readonly [type: JournalEntry["type"], at: number, start: number] {
  const typeEnd = text.indexOf(" ");
  const timeEnd = text.indexOf(" ", typeEnd + 1);
  const type = readType(text.slice(0, Math.max(0, typeEnd)));
  const at = Number(text.slice(typeEnd + 1, timeEnd));
  if (timeEnd <= typeEnd + 1 || type === undefined || !Number.isFinite(at)) throw damaged(place);
  return [type, at, timeEnd + 1];
}

function readType(word: string): JournalEntry["type"] | undefined {
  return Object.hasOwn(entryTypes, word) ? entryTypes[word] : undefined;
}

function damaged(place: StoredPlace | undefined, cause?: unknown): FlowError {
  const what = place?.seq === undefined ? "A stored value" : `Entry ${place.seq}`;
  const whose = place === undefined ? "" : ` of run "${place.runId}"`;
  return new FlowError("RUN_CORRUPT", `${what}${whose} can't be read.`, {
    hint: "It was damaged, or written by a newer release of millrace: try that release, or a backup of the store.",
    ...(place && { runId: place.runId, details: { ...place } }),
    cause,
  });
}
