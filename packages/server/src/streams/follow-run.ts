/**
 * One client that follows a run: what is stored, as fast as it reads, and then what happens. Nothing twice, nothing left out, wherever
 * it begins.
 */
import { comesAfter, type EventPlace } from "./event-place.js";
import type { RunFeeds, Subscription } from "./run-feeds.js";
import type { RunSource } from "./run-source.js";
import type { SseSource } from "./sse-response.js";
import { sseOf } from "./wire-event.js";

export interface FollowOptions {
  readonly feeds: RunFeeds;
  /** What the client has read already. */
  readonly after: EventPlace;
  /** Its mailbox was opened before the run began: nothing is stored that it does not bring. */
  readonly begun?: Subscription | undefined;
}

/** Text that is sent at once, in characters: about. */
const portion = 16_384;

export function followRun(source: RunSource, { feeds, after, begun }: FollowOptions): SseSource {
  let last = after;
  let stopped = false;
  const { feed, mailbox, close } = begun ?? feeds.open(source);

  /** Out of the journal, until others have read the rest of it a moment ago. */
  async function* stored(): AsyncGenerator<string> {
    let text = "";
    for await (const event of source.events({ after: last })) {
      if (stopped) return;
      last = event.place;
      text += sseOf(event);
      if (text.length < portion) continue;
      yield text;
      text = "";
      if (!mailbox.over && feed.reaches(last)) return;
    }
    if (text) yield text;
  }

  async function* told(): AsyncGenerator<string> {
    if (!begun) {
      await feed.ready;
      while (!stopped && (mailbox.over || !feed.join(mailbox, last))) {
        const upTo = feed.last;
        yield* stored();
        // the run has ended meanwhile, and all of it was read
        if (mailbox.over) return;
        // entries that no event tells of stand behind the last one
        if (!feed.reaches(last) && comesAfter(upTo, last)) last = upTo;
      }
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
    close();
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
