/**
 * `GET /runs/:id/events`: what a run has done and does, out of its journal. A page of it as JSON, or all of it and what comes as
 * server-sent events.
 */
import type { RunRecord } from "millrace";
import {
  errorsFor,
  queryOf,
  type RouteServer,
  type Routes,
  runOf,
  type ServerContext,
  wholeNumber,
} from "../http/index.js";
import {
  type EventPlace,
  followRun,
  placeText,
  RunFeeds,
  type RunSource,
  runSource,
  type SseSource,
  sseResponse,
} from "../streams/index.js";
import { afterOf, type Followed, streamOptions, streamRun } from "./stream-run.js";

export const eventRoutes: Routes = (app, server) => {
  const followed = followedRuns(server);
  app.get("/runs/:id/events", async (context) => {
    const { record, hosted } = await runOf(context, server, "read");
    const query = queryOf(context, ["after", "limit"]);
    const after = afterOf(context, query);
    const limit = wholeNumber(query.limit, { name: "limit", least: 1, most: largestLimit }) ?? defaultLimit;
    const { feeds, sourceOf } = followed(context, hosted);
    const source = sourceOf(record.id);
    if (!wantsStream(context)) return eventPage(source, { after, limit });
    // who has read something is told what can't be gone on with, or that there is no more: an EventSource would come back for ever
    if (after.position > 0 && !feeds.reaches(source, after) && !(await hasMore(source, after)) && hasEnded(record))
      return new Response(null, { status: 204 });
    const follower = context.req.raw.method === "HEAD" ? nothing : followRun(source, { feeds, after });
    return sseResponse(follower, streamOptions(context, server));
  });
  app.post("/flows/:name/stream", (context) => streamRun(context, server, followed));
};

/** Who is told what steps have thrown reads other text than who is not: each kind has feeds of its own. */
function followedRuns(server: RouteServer): Followed {
  const { host } = server;
  const open = new RunFeeds(host, { exposeErrors: true });
  const closed = new RunFeeds(host);
  return (context, hosted) => {
    const options = errorsFor(context, server, hosted.name);
    return {
      feeds: options.exposeErrors ? open : closed,
      sourceOf: (id) => runSource(hosted, id, { host, ...options }),
    };
  };
}

const hasEnded = ({ status }: RunRecord): boolean => status !== "running" && status !== "waiting";

const nothing: SseSource = { next: async () => undefined, stop: () => undefined };

const wantsStream = (context: ServerContext): boolean =>
  /(?:^|,)\s*text\/event-stream\s*(?:;|,|$)/i.test(context.req.header("accept") ?? "");

/** @throws {FlowError} as reading it would: what can't be read is refused before a stream begins */
async function hasMore(source: RunSource, after: EventPlace): Promise<boolean> {
  for await (const _ of source.events({ after })) return true;
  return false;
}

const defaultLimit = 100;
const largestLimit = 1_000;
/** A page ends early once it is so long, in characters. */
const longestPage = 4_000_000;

interface Page {
  readonly after: EventPlace;
  readonly limit: number;
}

/** `next` is where the next page goes on; without it this was the last one for now. */
async function eventPage(source: RunSource, { after, limit }: Page): Promise<Response> {
  const texts: string[] = [];
  let length = 0;
  let last: EventPlace | undefined;
  let next = "";
  for await (const { place, text } of source.events({ after })) {
    if (texts.length === limit || (last && length > longestPage)) {
      next = `,"next":"${placeText(last!)}"`;
      break;
    }
    texts.push(text);
    length += text.length;
    last = place;
  }
  return new Response(`{"events":[${texts.join()}]${next}}`, {
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}
