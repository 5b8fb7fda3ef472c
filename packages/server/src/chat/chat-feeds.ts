/** The replies that are being told in this process, by their runs. */
import { type ErrorData, FlowError, type FlowEvent, type Question } from "millrace";
import type { HostedFlow, RefusedRun } from "../host/index.js";
import { problemOf, type RouteServer, toldJson } from "../http/index.js";
import { openQuestions } from "./chat-questions.js";
import { replyOf } from "./reply-of.js";
import type { ShownPart } from "./shown-part.js";
import { TurnFeed } from "./turn-feed.js";

export interface OpenFeed {
  readonly runId: string;
  /** What the client has of the reply. */
  readonly seen?: readonly ShownPart[];
  /** What was asked before, and is open. */
  readonly questions?: readonly Question[];
  /** Questions whose answers are on their way. */
  readonly answering?: readonly string[];
}

/** How often it is asked whether a run that another process drives has come to rest. */
const restMs = 300;

export class ChatFeeds {
  readonly #server: RouteServer;
  readonly #feeds = new Map<string, TurnFeed>();
  readonly #unheard: () => void;

  constructor(server: RouteServer) {
    this.#server = server;
    const { host } = server;
    this.#unheard = host.events.on("*", (event) => this.#hear(event));
    host.stopSignal.addEventListener("abort", () => this.#rest(), { once: true });
  }

  /** Of a run that is about to be driven here. */
  open(hosted: HostedFlow, options: OpenFeed): TurnFeed {
    const { runId } = options;
    const feed = this.detached(hosted, options);
    this.#feeds.set(runId, feed);
    void feed.over.then(() => {
      if (this.#feeds.get(runId) === feed) this.#feeds.delete(runId);
      if (this.#server.host.draining) this.#rest();
    });
    return feed;
  }

  /** One that hears nothing by itself. */
  detached(hosted: HostedFlow, options: OpenFeed): TurnFeed {
    return new TurnFeed({
      reply: (output) => replyOf(hosted, output, this.#server),
      told: (chunk) => toldJson(chunk, this.#server),
      errorText: (error) => this.#errorText(error),
      steps: this.#server.chat.steps,
      ...options,
    });
  }

  get(runId: string): TurnFeed | undefined {
    return this.#feeds.get(runId);
  }

  /** Of a run that runs, wherever: where nobody here tells it, its journal does. */
  join(hosted: HostedFlow, runId: string): TurnFeed {
    const known = this.#feeds.get(runId);
    if (known) return known;
    const feed = this.open(hosted, { runId });
    void this.#follow(hosted, runId, feed);
    return feed;
  }

  #hear(event: FlowEvent): void {
    const { type, flow, path } = event;
    const runId = path?.[0]?.run ?? event.runId;
    const known = this.#feeds.get(runId);
    if (known) return known.take(event);
    if (type !== "run.resumed" || path) return;
    const hosted = this.#server.host.flows.get(flow);
    // a run that another process has begun is gone on with here: who asks for its reply is told all of it
    if (hosted?.kind === "chat") void this.#catchUp(hosted, event);
  }

  async #catchUp(hosted: HostedFlow, event: FlowEvent): Promise<void> {
    const { runId } = event;
    const feed = this.open(hosted, { runId });
    feed.hold();
    feed.take(event);
    try {
      for await (const item of hosted.flow.runs.events(runId)) feed.take(item.event as FlowEvent, "journal");
      feed.ask(await openQuestions(this.#server.host, runId));
    } catch (error) {
      // an old journal may reach back no further: what comes now is told all the same
      if (!FlowError.is(error)) throw error;
    } finally {
      feed.release();
    }
  }

  async #follow(hosted: HostedFlow, runId: string, feed: TurnFeed): Promise<void> {
    const gone = new AbortController();
    const { stopSignal } = this.#server.host;
    const stop = () => gone.abort();
    stopSignal.addEventListener("abort", stop, { once: true });
    void feed.over.then(stop);
    const timer = setInterval(() => void this.#look(hosted, runId, feed), restMs);
    timer.unref();
    try {
      const events = hosted.flow.runs.events(runId, { follow: true, abortSignal: gone.signal });
      for await (const item of events) feed.take(item.event as FlowEvent, "journal");
    } catch (error) {
      if (FlowError.is(error)) fail(feed, runId, { flow: hosted.name, error, since: this.#server.host.clock.now() });
      else this.#server.host.logger?.error("a reply can't be told", { error });
    } finally {
      clearInterval(timer);
      stopSignal.removeEventListener("abort", stop);
      feed.cut();
    }
  }

  /** That a run waits is no entry of its journal, nor that it can't be taken up. */
  async #look({ flow }: HostedFlow, runId: string, feed: TurnFeed): Promise<void> {
    const refused = this.#server.host.refused.get(runId);
    if (refused) return fail(feed, runId, refused);
    const record = await flow.runs.get(runId).catch(() => undefined);
    if (record?.status !== "waiting") return;
    feed.ask(await openQuestions(this.#server.host, runId));
    const waitingFor = (record.waitingFor ?? []) as never;
    feed.take({ type: "run.waiting", runId, flow: record.flow, at: record.updatedAt, seq: 0, waitingFor });
  }

  #errorText(error: ErrorData): string {
    return problemOf(FlowError.fromJSON(error), this.#server).detail;
  }

  #rest(): void {
    if (this.#feeds.size === 0) this.#unheard();
  }
}

/** The run stands where it stood, but who waits for its reply is not to wait for ever. */
function fail(
  feed: TurnFeed,
  runId: string,
  { flow, error, since: at }: Pick<RefusedRun, "flow" | "error" | "since">,
): void {
  feed.take({ type: "run.failed", runId, flow, at, seq: 0, error: error.toJSON() });
}
