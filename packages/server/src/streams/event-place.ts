/**
 * Where an event of a run stands: the journal entry that it is told from, and which of that entry's events it is. Both are the
 * same in every process and for ever, so they are what a client comes back with. As text `12.1`, the second event of entry 12;
 * `12` stands for all events of that entry.
 */
import { FlowError } from "millrace";

export interface EventPlace {
  /** Of the entry, from 1; 0: before the first. */
  readonly position: number;
  /** From 0. Infinity: all of them. */
  readonly part: number;
}

export const placeText = ({ position, part }: EventPlace): string =>
  Number.isFinite(part) ? `${position}.${part}` : String(position);

/** Whether an event at `place` comes after all that was told up to `last`. */
export const comesAfter = (place: EventPlace, last: EventPlace): boolean =>
  place.position > last.position || (place.position === last.position && place.part > last.part);

const written = /^(\d{1,15})(?:\.(\d{1,9}))?$/;

/**
 * Reads a place; without one, or with an empty one, it is before all.
 * @throws {FlowError} SERVER_REQUEST_INVALID – it is not of the form `12` or `12.1`
 */
export function readPlace(text: string | undefined, name: string): EventPlace {
  const [, position, part] = written.exec(text || "0") ?? [];
  if (position === undefined)
    throw new FlowError("SERVER_REQUEST_INVALID", `"${name}" is not the id of an event.`, {
      hint: 'Give the "id" of the last event that was read, like 12.1, or the position of a journal entry, like 12.',
    });
  return { position: Number(position), part: part === undefined ? Number.POSITIVE_INFINITY : Number(part) };
}

/** Counts the events of each entry: they come one after another. */
export class PlaceCounter {
  #last: EventPlace = { position: 0, part: 0 };

  next(position: number): EventPlace {
    const part = position === this.#last.position ? this.#last.part + 1 : 0;
    this.#last = { position, part };
    return this.#last;
  }
}
