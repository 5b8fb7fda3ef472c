/** `POST /flows/:name/stream`: starts a run, and answers with what it does. A connection that is cut is no cancel. */
import { bodyOf, flowOf, type RouteServer, type ServerContext } from "../http/index.js";
import {
  type EventPlace,
  followRun,
  type Mailbox,
  type RunFeeds,
  readPlace,
  runSource,
  sseResponse,
} from "../streams/index.js";
import { newRun } from "./new-run.js";

export async function streamRun(context: ServerContext, server: RouteServer, feeds: RunFeeds): Promise<Response> {
  const hosted = flowOf(context, server, "run");
  const after = afterOf(context);
  const inputs = await bodyOf(context, server);
  const sourceOf = (id: string) => runSource(hosted, id, server);
  let opened: { readonly id: string; readonly mailbox: Mailbox } | undefined;
  // chunks of its first step are heard by who listens before it begins
  const begins = (id: string) => {
    opened = { id, mailbox: feeds.mailbox(sourceOf(id)) };
  };
  try {
    const { id } = await newRun(hosted, { inputs, context, server, begins });
    const follower = followRun(sourceOf(id), { feeds, after, ...(opened && { mailbox: opened.mailbox }) });
    return sseResponse(follower, {
      signal: context.req.raw.signal,
      headers: { location: `${server.basePath}/runs/${encodeURIComponent(id)}` },
    });
  } catch (error) {
    if (opened) feeds.close(sourceOf(opened.id), opened.mailbox);
    throw error;
  }
}

/** Where the client goes on: what it has read last, by itself or in the address that it was given. */
export function afterOf(context: ServerContext): EventPlace {
  const header = context.req.header("last-event-id");
  return header ? readPlace(header, "Last-Event-ID") : readPlace(context.req.query("after"), "after");
}
