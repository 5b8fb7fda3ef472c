/**
 * The first entry of a run that comes from another one, or that others may go on from: most of it stands in them too. It is written in
 * two: what is its own, and a text that is stored by its parts. That is the state, if the rest is short, so that the rest can be read
 * alone; else it is all but the type and the time.
 */
import {
  decodeData,
  decodeEntry,
  encodeData,
  encodeEntry,
  type JournalEntry,
  type JournalRow,
  type StoredPlace,
} from "millrace";
import { shortText } from "./shared-texts.js";

export interface EncodedRow {
  readonly seq: number;
  readonly entry: string;
  /** What is stored by its parts. */
  readonly shared?: string;
}

export function encodeSharing({ seq, entry }: JournalRow): EncodedRow {
  const text = encodeEntry(entry);
  if (text.length <= shortText) return { seq, entry: text };
  if (entry.type === "started") {
    const own = encodeEntry({ ...entry, state: undefined });
    if (own.length <= shortText) return { seq, entry: own, shared: encodeData(entry.state) };
  }
  const fields = text.indexOf(" ", text.indexOf(" ") + 1) + 1;
  return { seq, entry: text.slice(0, fields), shared: text.slice(fields) };
}

/** @param shared Answers the text that is stored by its parts; undefined: the state is not asked for. */
export function decodeSharing(
  { entry: own, withoutState }: { readonly entry: string; readonly withoutState: boolean },
  shared: () => string,
  place: StoredPlace,
): JournalEntry {
  if (own.endsWith(" ")) return decodeEntry(own + shared(), place);
  const entry = decodeEntry(own, place);
  if (withoutState) return entry;
  return Object.freeze({ ...entry, state: decodeData(shared(), place) }) as JournalEntry;
}
