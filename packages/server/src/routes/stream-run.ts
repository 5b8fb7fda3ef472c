/** `POST /flows/:name/stream`: starts a run, and answers with what it does. A connection that is cut is no cancel. */
import type { HostedFlow } from "../host/index.js";
import { bodyOf, flowOf, queryOf, type RouteServer, runAddress, type ServerContext } from "../http/index.js";
import {
  type EventPlace,
  followRun,
  type RunFeeds,
  type RunSource,
  readPlace,
  type SseOptions,
  type Subscription,
  sseResponse,
} from "../streams/index.js";
import { newRun } from "./new-run.js";
import { baseParameters, runBase } from "./run-base.js";

/** The feeds that a request is told from, and how runs of a flow are read for it. */
export type Followed = (
  context: ServerContext,
  hosted: HostedFlow,
) => { readonly feeds: RunFeeds; readonly sourceOf: (id: string) => RunSource };

export async function streamRun(context: ServerContext, server: RouteServer, followed: Followed): Promise<Response> {
  const hosted = flowOf(context, server, "run");
  const { feeds, sourceOf } = followed(context, hosted);
  const query = queryOf(context, ["after", ...baseParameters]);
  const after = afterOf(context, query);
  const base = runBase(query, context.get("access"));
  const inputs = await bodyOf(context, server);
  let begun: Subscription | undefined;
  // chunks of its first step are heard by who listens before it begins
  const begins = (id: string) => {
    begun = feeds.open(sourceOf(id));
    begun.mailbox.open();
  };
  try {
    const { id, done } = await newRun(hosted, { inputs, base, context, server, begins });
    // the same request has started it before, perhaps elsewhere: what it has done until now is read
    if (!done) begun?.close();
    const follower = followRun(sourceOf(id), { feeds, after, begun: done && begun });
    return sseResponse(follower, {
      ...streamOptions(context, server),
      headers: { location: runAddress(context, server, id) },
    });
  } catch (error) {
    begun?.close();
    throw error;
  }
}

/** When the client goes, and where it is said that a stream has failed. */
export const streamOptions = (context: ServerContext, { host }: RouteServer): SseOptions => ({
  signal: context.req.raw.signal,
  failed: (error) => host.logger?.error("a stream of events failed", { error }),
});

/** Where the client goes on: what it has read last, by itself or in the address that it was given. */
export function afterOf(context: ServerContext, { after }: { readonly after?: string }): EventPlace {
  const header = context.req.header("last-event-id");
  return header ? readPlace(header, "Last-Event-ID") : readPlace(after, "after");
}
