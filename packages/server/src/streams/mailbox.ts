/** What waits for one client: bounded, so that one who reads slower than a run goes is let go instead of kept in memory. */
import type { EventPlace } from "./event-place.js";

/** One event as text, made once for all who follow the run. Without a place: it is told now or never. */
export interface FeedItem {
  readonly place?: EventPlace;
  readonly text: string;
}

/** Characters that may wait for one client. */
const room = 4_000_000;

export class Mailbox {
  #items: FeedItem[] = [];
  #size = 0;
  #wake: (() => void) | undefined;
  #over = false;
  #overflowed = false;

  /** It could not keep up: what came since is not kept. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  put(item: FeedItem): void {
    if (this.#over) return;
    this.#size += item.text.length;
    if (this.#size > room && this.#items.length > 0) {
      this.#overflowed = true;
      this.#items = [];
      this.end();
    } else {
      this.#items.push(item);
      this.#wakeUp();
    }
  }

  /** Nothing more will come. */
  end(): void {
    this.#over = true;
    this.#wakeUp();
  }

  /** What has come since, as soon as there is anything; undefined: it is over. */
  async take(): Promise<readonly FeedItem[] | undefined> {
    if (this.#items.length === 0 && !this.#over)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    if (this.#items.length === 0) return undefined;
    const items = this.#items;
    this.#items = [];
    this.#size = 0;
    return items;
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
