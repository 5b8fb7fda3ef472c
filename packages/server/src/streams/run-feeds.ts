/** The runs that are followed here, one feed each, and the one ear that hears what happens in them. */
import type { FlowEvent, FlowEvents } from "millrace";
import type { Host } from "../host/index.js";
import type { ProblemOptions } from "../http/index.js";
import { comesAfter, type EventPlace } from "./event-place.js";
import type { Mailbox } from "./mailbox.js";
import { RunFeed } from "./run-feed.js";
import type { RunSource } from "./run-source.js";

/** One client's part of a feed. */
export interface Subscription {
  readonly feed: RunFeed;
  readonly mailbox: Mailbox;
  close(): void;
}

export class RunFeeds {
  readonly #events: FlowEvents;
  readonly #options: ProblemOptions;
  readonly #stopSignal: AbortSignal;
  readonly #feeds = new Map<string, RunFeed>();
  #deaf: (() => void) | undefined;

  /** `stopSignal`: the server ends, and with it what is told here. */
  constructor({ events, stopSignal }: Pick<Host, "events" | "stopSignal">, options: ProblemOptions = {}) {
    this.#events = events;
    this.#options = options;
    this.#stopSignal = stopSignal;
    stopSignal.addEventListener("abort", () => {
      for (const feed of this.#feeds.values()) feed.leave();
    });
  }

  /** Follows a run; to be closed. What is stored once it is `ready` is not missed by who joins. */
  open(source: RunSource): Subscription {
    const feed = this.#feeds.get(source.id) ?? this.#make(source);
    const mailbox = feed.mailbox();
    const close = () => {
      // who comes next begins anew
      if (feed.close(mailbox)) this.#finished(source, feed);
    };
    return { feed, mailbox, close };
  }

  /** Whether all that a run has done after a place is there without its journal. */
  reaches({ id }: RunSource, last: EventPlace): boolean {
    const feed = this.#feeds.get(id);
    return feed?.reaches(last) === true && !comesAfter(last, feed.last);
  }

  #make(source: RunSource): RunFeed {
    this.#deaf ??= this.#events.on("*", (event) => this.#hear(event));
    const feed: RunFeed = new RunFeed(source, this.#options, () => this.#finished(source, feed));
    this.#feeds.set(source.id, feed);
    if (this.#stopSignal.aborted) feed.leave();
    return feed;
  }

  #finished({ id }: RunSource, feed: RunFeed): void {
    if (this.#feeds.get(id) === feed) this.#feeds.delete(id);
    if (this.#feeds.size > 0) return;
    this.#deaf?.();
    this.#deaf = undefined;
  }

  #hear(event: FlowEvent): void {
    this.#feeds.get(event.runId)?.hear(event);
    // of runs that it has started only what is nowhere stored: the rest is told where they are followed
    if (event.path && event.type === "output.chunk")
      for (const { run } of event.path) this.#feeds.get(run)?.hear(event);
  }
}
