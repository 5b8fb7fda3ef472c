/**
 * What a run does from now on, told to all who follow it here: one reader, however many they are. What the journal keeps is told out
 * of the journal, whoever drives the run: once each, in order, the same everywhere. Chunks, and what else only the process
 * knows that drives the run, come between them as they happen, after what has happened before them.
 */
import type { FlowEvent } from "millrace";
import type { ProblemOptions } from "../http/index.js";
import { comesAfter, type EventPlace, PlaceCounter } from "./event-place.js";
import { type FeedItem, Mailbox } from "./mailbox.js";
import { RecentEvents } from "./recent-events.js";
import type { RunSource } from "./run-source.js";
import { sseOf, wireEvent } from "./wire-event.js";

/** So many followers are not each written to at every event: for them what comes is gathered for a moment. */
const many = 50;

const rests: ReadonlySet<FlowEvent["type"]> = new Set([
  ...(["run.completed", "run.failed", "run.cancelled"] as const),
  ...(["run.waiting", "run.stopped", "run.abandoned"] as const),
]);

export class RunFeed {
  readonly #source: RunSource;
  readonly #options: ProblemOptions;
  readonly #mailboxes = new Set<Mailbox>();
  /** Heard, and not told yet: text to be told, behind events that the journal is about to tell. */
  readonly #heard: (EventPlace | string)[] = [];
  readonly #places = new PlaceCounter();
  readonly #end = new AbortController();
  #last: EventPlace = { position: 0, part: Number.POSITIVE_INFINITY };
  #recent = new RecentEvents(this.#last);
  #stored: (() => void) | undefined;
  #driven = false;
  #leaving = false;
  #over = false;

  /** Resolves when what is stored from now on will be told. */
  readonly ready: Promise<void>;

  /** `finished`: nobody is told anything by it any more. */
  constructor(source: RunSource, options: ProblemOptions, finished: () => void) {
    this.#source = source;
    this.#options = options;
    const begun = this.#begin();
    this.ready = begun.then(() => undefined);
    this.#tellAll(begun).then(finished, finished);
  }

  /** A place for one client; nothing comes into it before it is opened, or joined. */
  mailbox(): Mailbox {
    const mailbox = new Mailbox(() => (this.#mailboxes.size < many ? 0 : Math.min(100, this.#mailboxes.size / 5)));
    if (this.#over) mailbox.end();
    else this.#mailboxes.add(mailbox);
    return mailbox;
  }

  /** All up to here was told, or was stored before. */
  get last(): EventPlace {
    return this.#last;
  }

  /** Whether what comes after a place need not be read out of the journal. */
  reaches(last: EventPlace): boolean {
    return this.#recent.reaches(last);
  }

  /** All that comes after a place. False: the journal is to be read further before. */
  join(mailbox: Mailbox, last: EventPlace): boolean {
    if (!this.#recent.reaches(last)) return false;
    mailbox.open(this.#recent.after(last));
    return true;
  }

  /** True: nobody follows the run any more, and the feed is over. */
  close(mailbox: Mailbox): boolean {
    mailbox.end();
    if (!this.#mailboxes.delete(mailbox) || this.#mailboxes.size > 0) return false;
    this.#finish();
    return true;
  }

  /** An event of the run, or a chunk of one that it has started. */
  hear(event: FlowEvent): void {
    if (event.runId === this.#source.id) {
      this.#driven = !rests.has(event.type);
      this.#stored?.();
      if (event.position === undefined) this.#whenDue(sseOf(wireEvent(event, this.#options)));
      else {
        this.#heard.push(this.#places.next(event.position));
        this.#tellHeard();
      }
      this.#leaveAtRest();
    } else this.#whenDue(sseOf(wireEvent(event, this.#options)));
  }

  /** The server ends: a run that is driven here is followed until it stands still. */
  leave(): void {
    this.#leaving = true;
    this.#leaveAtRest();
  }

  /** Answers whether the run is stored. */
  async #begin(): Promise<boolean> {
    const record = await this.#source.record();
    if (record) this.#last = { position: record.position, part: Number.POSITIVE_INFINITY };
    this.#recent = new RecentEvents(this.#last);
    this.#tellHeard();
    return record !== undefined;
  }

  async #tellAll(begun: Promise<boolean>): Promise<void> {
    try {
      const stored = await begun;
      // a run that is about to be stored is heard as soon as it is
      if (!stored && this.#heard.length === 0) await this.#isStored();
      if (this.#end.signal.aborted) return;
      const after = this.#last.position;
      for await (const event of this.#source.events({ after, abortSignal: this.#end.signal })) {
        this.#send({ place: event.place, text: sseOf(event) });
        this.#tellHeard();
        this.#leaveAtRest();
      }
    } finally {
      this.#over = true;
      for (const mailbox of this.#mailboxes) mailbox.end();
      this.#mailboxes.clear();
    }
  }

  #isStored(): Promise<void> {
    return new Promise((resolve) => {
      this.#stored = resolve;
    });
  }

  #whenDue(text: string): void {
    if (this.#heard.length > 0) this.#heard.push(text);
    else this.#send({ text });
  }

  #tellHeard(): void {
    for (let next = this.#heard[0]; next !== undefined; next = this.#heard[0]) {
      if (typeof next !== "string" && comesAfter(next, this.#last)) return;
      this.#heard.shift();
      if (typeof next === "string") this.#send({ text: next });
    }
  }

  #send(item: FeedItem): void {
    const { place } = item;
    if (place) {
      this.#last = place;
      this.#recent.add({ ...item, place });
    }
    for (const mailbox of this.#mailboxes) mailbox.put(item);
  }

  #leaveAtRest(): void {
    if (this.#leaving && !this.#driven && this.#heard.length === 0) this.#finish();
  }

  #finish(): void {
    this.#stored?.();
    this.#end.abort();
  }
}
