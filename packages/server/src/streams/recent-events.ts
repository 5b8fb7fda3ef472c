/** The last events that were told of a run: who comes now need not read them out of the journal. */
import { comesAfter, type EventPlace } from "./event-place.js";
import type { FeedItem } from "./mailbox.js";

/** Characters that are kept; a half of it goes at a time. */
const room = 2_000_000;

export class RecentEvents {
  #items: (FeedItem & { readonly place: EventPlace })[] = [];
  #size = 0;
  /** All that comes after this is there. */
  #from: EventPlace;

  constructor(from: EventPlace) {
    this.#from = from;
  }

  /** Whether all that comes after a place is there. */
  reaches(last: EventPlace): boolean {
    return !comesAfter(this.#from, last);
  }

  after(last: EventPlace): readonly FeedItem[] {
    const first = this.#items.findIndex(({ place }) => comesAfter(place, last));
    return first < 0 ? [] : this.#items.slice(first);
  }

  add(item: FeedItem & { readonly place: EventPlace }): void {
    this.#items.push(item);
    this.#size += item.text.length;
    if (this.#size <= room) return;
    let gone = 0;
    for (; this.#size > room / 2; gone++) this.#size -= this.#items[gone]!.text.length;
    this.#from = this.#items[gone - 1]!.place;
    this.#items = this.#items.slice(gone);
  }
}
