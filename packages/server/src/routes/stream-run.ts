/** `POST /flows/:name/stream`: starts a run, and answers with what it does. A connection that is cut is no cancel. */
import { bodyOf, flowOf, queryOf, type RouteServer, type ServerContext } from "../http/index.js";
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
  const after = afterOf(context, queryOf(context, ["after"]));
  const inputs = await bodyOf(context, server);
  const sourceOf = (id: string) => runSource(hosted, id, server);
  let opened: { readonly id: string; readonly mailbox: Mailbox } | undefined;
  // chunks of its first step are heard by who listens before it begins
  const begins = (id: string) => {
    opened = { id, mailbox: feeds.mailbox(sourceOf(id)) };
  };
  const forget = () => opened && feeds.close(sourceOf(opened.id), opened.mailbox);
  try {
    const { id, done } = await newRun(hosted, { inputs, context, server, begins });
    // the same request has started it before, perhaps elsewhere: what it has done until now is read
    if (!done) forget();
    const follower = followRun(sourceOf(id), { feeds, after, ...(done && opened && { mailbox: opened.mailbox }) });
    return sseResponse(follower, {
      signal: context.req.raw.signal,
      headers: { location: `${server.basePath}/runs/${encodeURIComponent(id)}` },
    });
  } catch (error) {
    forget();
    throw error;
  }
}

/** Where the client goes on: what it has read last, by itself or in the address that it was given. */
export function afterOf(context: ServerContext, { after }: { readonly after?: string }): EventPlace {
  const header = context.req.header("last-event-id");
  return header ? readPlace(header, "Last-Event-ID") : readPlace(after, "after");
}
