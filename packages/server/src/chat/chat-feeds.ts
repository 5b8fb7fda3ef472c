/**
 * The replies that are being told in this process, by their runs. What is told is kept in the journals of the runs, from where a
 * reply is told that this process has not heard from the beginning, or that another one drives.
 */
import {
  type AnnotationsOptions,
  type ErrorData,
  FlowError,
  type FlowEvent,
  type Question,
  runNotFound,
} from "millrace";
import type { HostedFlow, RefusedRun } from "../host/index.js";
import { problemOf, type RouteServer, toldJson } from "../http/index.js";
import { openQuestions } from "./chat-questions.js";
import { endEvent } from "./end-event.js";
import type { ToldChunk } from "./reply/index.js";
import { replyOf } from "./reply-of.js";
import { type Kept, type StoredTurn, storedTurn } from "./stored-turn.js";
import { TurnFeed } from "./turn-feed.js";

export interface OpenFeed {
  readonly runId: string;
  /** The run was there before, and runs or has come to rest: what was told of it is read first. Absent: it is new. */
  readonly begun?: "running" | "rested";
  /** The inputs of the chat as they were sent. */
  readonly sent?: Inputs;
}

type Inputs = Readonly<Record<string, unknown>>;

/** How often it is asked whether an answer was read, and whether the run can be taken up. */
const lookMs = 100;

/** What is kept beside a run. */
interface Annotation {
  readonly reply?: readonly ToldChunk[];
  /** Stands in the first of a turn. */
  readonly sent?: Inputs;
}

export class ChatFeeds {
  readonly #server: RouteServer;
  readonly #feeds = new Map<string, TurnFeed>();
  readonly #restoring = new WeakSet<TurnFeed>();
  /** By their runs, until they are kept. */
  readonly #sent = new Map<string, Inputs>();
  readonly #unheard: () => void;

  constructor(server: RouteServer) {
    this.#server = server;
    const { host } = server;
    this.#unheard = host.events.on("*", (event) => this.#hear(event));
    host.annotate((runId, rest) => this.#unkept(runId, rest === "waiting"));
    host.stopSignal.addEventListener("abort", () => this.#rest(), { once: true });
  }

  /** Of a run that is about to be driven here. */
  open(hosted: HostedFlow, { sent, ...options }: OpenFeed): TurnFeed {
    const { runId } = options;
    if (sent) this.#sent.set(runId, sent);
    const feed = this.#made(hosted, options);
    this.#feeds.set(runId, feed);
    if (options.begun === "rested") void this.#restore(hosted, feed, options.begun);
    void feed.over.then(() => {
      if (this.#feeds.get(runId) === feed) this.#feeds.delete(runId);
      this.#sent.delete(runId);
      if (this.#server.host.draining) this.#rest();
    });
    return feed;
  }

  get(runId: string): TurnFeed | undefined {
    return this.#feeds.get(runId);
  }

  /** The inputs of its chat as they were sent; undefined: nothing is kept of them. */
  async sent({ flow }: HostedFlow, runId: string): Promise<Inputs | undefined> {
    for await (const { value } of flow.runs.annotations(runId)) {
      const { sent } = value as Annotation;
      if (sent) return sent;
    }
    return undefined;
  }

  /** Of a run that has come to rest: what is stored of it. */
  async stored(hosted: HostedFlow, runId: string): Promise<TurnFeed> {
    const record = await hosted.flow.runs.get(runId);
    if (!record) throw runNotFound(runId);
    return this.told(hosted, await storedTurn(hosted, record, this.#server.host.persistence));
  }

  /** The same of one that was read. */
  async told(hosted: HostedFlow, { runId, kept, end }: StoredTurn): Promise<TurnFeed> {
    const feed = this.#made(hosted, { runId, begun: "rested" });
    for (const one of kept) take(feed, one);
    await this.#end(feed, end);
    return feed;
  }

  /** Of a run that runs, wherever: where nobody here tells it, its journal does. */
  join(hosted: HostedFlow, runId: string): TurnFeed {
    const known = this.#feeds.get(runId);
    if (known) return known;
    const feed = this.open(hosted, { runId, begun: "running" });
    void this.#follow(hosted, feed);
    return feed;
  }

  /** Another process has taken the run up that was to be driven here: whoever listens is told it out of its journal. */
  async handOver(hosted: HostedFlow, feed: TurnFeed): Promise<void> {
    const { runId } = feed;
    await feed.restored;
    if (feed.isDriven || feed.isOver) return;
    if (this.#feeds.get(runId) === feed) this.#feeds.delete(runId);
    feed.handOver(this.join(hosted, runId));
  }

  /** Tells a run out of its journal, until it rests or is driven here. */
  async #follow(hosted: HostedFlow, feed: TurnFeed): Promise<void> {
    const gone = new AbortController();
    const { stopSignal } = this.#server.host;
    const stop = () => gone.abort();
    stopSignal.addEventListener("abort", stop, { once: true });
    void feed.over.then(stop);
    void feed.restored.then(stop);
    const timer = setInterval(() => this.#look(feed), lookMs);
    timer.unref();
    try {
      await this.#read(hosted, feed);
      feed.toldSoFar();
      do await this.#read(hosted, feed, { follow: true, abortSignal: gone.signal });
      while (!gone.signal.aborted && (await this.#isAnswered(feed)));
      if (!gone.signal.aborted) await this.#rested(hosted, feed);
    } catch (error) {
      if (FlowError.is(error)) fail(feed, { flow: hosted.name, error, since: this.#server.host.clock.now() });
      else this.#server.host.logger?.error("a reply can't be told", { error });
    } finally {
      clearInterval(timer);
      stopSignal.removeEventListener("abort", stop);
      if (!gone.signal.aborted || stopSignal.aborted) feed.cut();
    }
  }

  /** Reads what was told before; then what the run does here is told. */
  async #restore(hosted: HostedFlow, feed: TurnFeed, begun: OpenFeed["begun"]): Promise<void> {
    if (feed.isRestored || this.#restoring.has(feed)) return;
    this.#restoring.add(feed);
    const rested = begun === "rested";
    let asked: readonly Question[] = [];
    try {
      asked = await openQuestions(this.#server.host, feed.runId);
      await this.#read(hosted, feed);
    } catch (error) {
      // a run that is gone tells nothing any more
      if (!FlowError.is(error)) this.#server.host.logger?.error("a reply can't be read", { error });
    } finally {
      feed.toldAll({ rested, asked });
    }
  }

  /** That a run can't be taken up is no entry of its journal. */
  #look(feed: TurnFeed): void {
    const refused = this.#server.host.refused.get(feed.runId);
    if (refused) fail(feed, refused);
  }

  async #rested({ flow }: HostedFlow, feed: TurnFeed): Promise<void> {
    const record = await flow.runs.get(feed.runId);
    const rows = record ? await flow.runs.history(feed.runId, { after: Math.max(0, record.position - 1) }) : [];
    await this.#end(feed, record && endEvent(record, rows.at(-1)?.entry));
  }

  /** The run is at rest: all of its reply is known. */
  async #end(feed: TurnFeed, end: FlowEvent | undefined): Promise<void> {
    const questions = end?.type === "run.waiting" ? await openQuestions(this.#server.host, feed.runId) : [];
    feed.toldAll({ rested: false, asked: questions });
    if (end) feed.take(end);
  }

  /** True, a little later: answers are stored that who drives the run has not read yet. */
  async #isAnswered(feed: TurnFeed): Promise<boolean> {
    if (feed.answering.size === 0) return false;
    const open = (await openQuestions(this.#server.host, feed.runId)).filter(({ id }) => feed.answering.has(id));
    if (open.length === 0) feed.answeredUnheard();
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    return true;
  }

  #made(hosted: HostedFlow, options: OpenFeed): TurnFeed {
    return new TurnFeed({
      reply: (output) => replyOf(hosted, output, this.#server),
      fit: (chunk) => toldJson(chunk, this.#server),
      errorText: (error) => this.#errorText(error),
      steps: this.#server.chat.steps,
      ...options,
    });
  }

  #hear(event: FlowEvent): void {
    const { type, flow, path } = event;
    const runId = path?.[0]?.run ?? event.runId;
    const known = this.#feeds.get(runId);
    const begins = type === "run.resumed" && !path;
    const hosted = begins ? this.#server.host.flows.get(flow) : undefined;
    if (begins && !known && hosted?.kind !== "chat") return;
    // a run that was begun elsewhere or before goes on here: who asks for its reply is told all of it
    if (!begins || !hosted) return known?.take(event);
    const begun = event.from === "running" ? "running" : "rested";
    const feed = known ?? this.open(hosted, { runId, begun });
    feed.take(event);
    void this.#restore(hosted, feed, begun);
  }

  /** To be kept with what the run writes next; a promise where it is not yet known what was told before. */
  #unkept(runId: string, waits: boolean): unknown {
    const feed = this.#feeds.get(runId);
    const kept = (): Annotation | undefined => {
      const reply = feed?.unkept({ waits });
      const sent = this.#sent.get(runId);
      this.#sent.delete(runId);
      return (reply ?? sent) && { ...(reply && { reply }), ...(sent && { sent }) };
    };
    return feed?.isRestored === false ? feed.restored.then(kept) : kept();
  }

  async #read({ flow }: HostedFlow, feed: TurnFeed, how: AnnotationsOptions = {}): Promise<void> {
    for await (const kept of flow.runs.annotations(feed.runId, { after: feed.position, ...how })) take(feed, kept);
  }

  #errorText(error: ErrorData): string {
    return problemOf(FlowError.fromJSON(error), this.#server).detail;
  }

  #rest(): void {
    if (this.#feeds.size === 0) this.#unheard();
  }
}

function take(feed: TurnFeed, { position, value }: Kept): void {
  if (position <= feed.position) return;
  feed.position = position;
  feed.told((value as Annotation).reply ?? []);
}

/** The run stands where it stood, but who waits for its reply is not to wait for ever. */
function fail(feed: TurnFeed, { flow, error, since: at }: Pick<RefusedRun, "flow" | "error" | "since">): void {
  feed.toldAll({ rested: false, asked: [] });
  feed.take({ type: "run.failed", runId: feed.runId, flow, at, seq: 0, error: error.toJSON() });
}
