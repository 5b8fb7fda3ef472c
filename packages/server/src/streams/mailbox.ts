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
  readonly #gatherMs: () => number;
  #items: FeedItem[] = [];
  #size = 0;
  #wake: (() => void) | undefined;
  #open = false;
  #over = false;
  #overflowed = false;

  /** `gatherMs`: how long what comes is gathered before it is told. */
  constructor(gatherMs: () => number = () => 0) {
    this.#gatherMs = gatherMs;
  }

  /** Nothing comes any more. */
  get over(): boolean {
    return this.#over;
  }

  /** It could not keep up: what came since is not kept. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** From now on it keeps what comes, behind these. */
  open(items: readonly FeedItem[] = []): void {
    this.#open = true;
    for (const item of items) this.put(item);
  }

  put(item: FeedItem): void {
    if (this.#over || !this.#open) return;
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
    if (this.#items.length === 0 && !this.#over) await this.#woken();
    const gatherMs = this.#over ? 0 : this.#gatherMs();
    if (gatherMs > 0) await new Promise((resolve) => setTimeout(resolve, gatherMs));
    if (this.#items.length === 0) return undefined;
    const items = this.#items;
    this.#items = [];
    this.#size = 0;
    return items;
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
