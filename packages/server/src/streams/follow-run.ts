/**
 * One client that follows a run: what is stored, as fast as it reads, and then what happens. Nothing twice, nothing left out, wherever
 * it begins.
 */
import { comesAfter, type EventPlace } from "./event-place.js";
import type { Mailbox } from "./mailbox.js";
import type { RunFeeds } from "./run-feeds.js";
import type { RunSource } from "./run-source.js";
import type { SseSource } from "./sse-response.js";
import { sseOf } from "./wire-event.js";

export interface FollowOptions {
  readonly feeds: RunFeeds;
  /** What the client has read already. */
  readonly after: EventPlace;
  /** Opened before the run began: nothing is stored that it does not bring. */
  readonly mailbox?: Mailbox;
}

/** Text that is sent at once, in characters: about. */
const portion = 16_384;
/** Entries that are quickly read: what happens meanwhile may wait in memory. */
const few = 500;

export function followRun(source: RunSource, { feeds, after, mailbox: opened }: FollowOptions): SseSource {
  let last = after;
  let mailbox = opened;
  let stopped = false;

  async function* stored(): AsyncGenerator<string> {
    let text = "";
    for await (const event of source.events({ after: last })) {
      if (stopped) return;
      last = event.place;
      text += sseOf(event);
      if (text.length < portion) continue;
      yield text;
      text = "";
    }
    if (text) yield text;
  }

  async function* told(): AsyncGenerator<string> {
    if (!mailbox) {
      const record = await source.record();
      if (record && record.position - last.position > few) yield* stored();
      if (stopped) return;
      mailbox = feeds.mailbox(source);
      await feeds.ready(source);
      yield* stored();
    }
    for (let items = await mailbox.take(); items && !stopped; items = await mailbox.take()) {
      let text = "";
      for (const { place, text: more } of items) {
        if (place && !comesAfter(place, last)) continue;
        if (place) last = place;
        text += more;
      }
      if (text) yield text;
    }
  }

  const texts = told();
  const stop = () => {
    stopped = true;
    if (mailbox) feeds.close(source, mailbox);
    void texts.return(undefined);
  };
  return {
    stop,
    async next() {
      const { value, done } = await texts.next();
      if (!done) return value;
      stop();
      return undefined;
    },
  };
}
