/**
 * One run whose reply is told: to whoever asks, from the beginning, as long as it runs. What it tells is kept in the run's
 * journal, chunk by chunk; whoever tells the same run later, or in another process, begins with what stands there.
 */
import type { FlowEvent, Question } from "millrace";
import type { WireChunk } from "./reply/index.js";
import {
  ChunkList,
  ChunkQueue,
  chunksOf,
  isKept,
  plain,
  type ReplyOptions,
  ReplyWriter,
  type SaidBy,
  type ShownPart,
  startChunk,
  type ToldChunk,
  ToldParts,
  unseenChunks,
} from "./reply/index.js";

export interface FeedOptions extends Omit<ReplyOptions, "say" | "told"> {
  /** What was told before stands in the journal, and comes by `told`: what the run does waits until `toldAll`. Absent: it is new. */
  readonly begun?: "running" | "rested";
}

/** How a run stands when all is known that was told of it. */
export interface AllTold {
  /** It had come to rest. */
  readonly rested: boolean;
  /** What it asks, and may have been told nowhere. */
  readonly asked: readonly Question[];
}

/** What one client is told. */
export interface Told {
  readonly queue: ChunkQueue;
  readonly left: () => void;
}

export class TurnFeed {
  readonly #options: FeedOptions;
  /** Clients; those that have some of the message wait until it is known what they lack of it. */
  readonly #queues = new Map<ChunkQueue, readonly ShownPart[] | undefined>();
  /** Questions whose answers are on their way, and how many are. */
  readonly #answering = new Map<string, number>();
  /** A rest that was none because of them. */
  #rested: FlowEvent | undefined;
  /** Who tells the rest. */
  #next: TurnFeed | undefined;
  readonly #waits: { readonly questions: readonly string[]; readonly resolve: () => void }[] = [];
  /** Said, and not yet kept. */
  readonly #unkept = new ChunkList<ToldChunk>();
  /** What the journal tells. */
  readonly #kept = new ToldParts();
  /** Up to where it was read; the first entry of a run is none of it. */
  position = 1;
  /** As soon as all is known that was told before. */
  #writer: ReplyWriter | undefined;
  /** Events that come before. */
  #held: FlowEvent[] = [];
  #restored!: () => void;
  #begun!: () => void;
  #over!: () => void;
  readonly begun: Promise<void>;
  readonly over: Promise<void>;
  /** All that was told before is known. */
  readonly restored: Promise<void>;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.begun = new Promise((resolve) => {
      this.#begun = resolve;
    });
    this.over = new Promise((resolve) => {
      this.#over = resolve;
    });
    this.restored = new Promise((resolve) => {
      this.#restored = resolve;
    });
    if (!options.begun) this.#write();
  }

  /** Whether the run is driven here. */
  isDriven = false;

  get runId(): string {
    return this.#options.runId;
  }

  get isOver(): boolean {
    return this.#writer?.ended !== undefined;
  }

  get isRestored(): boolean {
    return this.#writer !== undefined;
  }

  /** Answers to these questions are on their way, for which waiting is no rest; resolves when they have come, or it is over. */
  async answered(questions: readonly string[]): Promise<void> {
    for (const id of questions) this.#answering.set(id, (this.#answering.get(id) ?? 0) + 1);
    const arrived = new Promise<void>((resolve) => {
      this.#waits.push({ questions, resolve });
    });
    return Promise.race([arrived, this.over]);
  }

  /** One to each of them does not come. */
  withdraw(questions: readonly string[]): void {
    for (const id of questions) {
      const left = (this.#answering.get(id) ?? 0) - 1;
      if (left > 0) this.#answering.set(id, left);
      else this.#answering.delete(id);
    }
    if (this.#answering.size === 0 && this.#rested) this.take(this.#rested);
  }

  /** All have come, unheard. */
  answeredUnheard(): void {
    this.#answering.clear();
  }

  get answering(): Pick<ReadonlySet<string>, "has" | "size"> {
    return this.#answering;
  }

  #taken(): void {
    for (const { questions, resolve } of this.#waits) if (!questions.some((id) => this.#answering.has(id))) resolve();
  }

  /** The journal tells more of what was said. */
  told(chunks: readonly ToldChunk[]): void {
    if (this.#writer) return;
    for (const chunk of chunks) {
      this.#kept.take(chunk);
      this.#send(plain(chunk));
    }
  }

  /** All that stands in the journal now is read; more may come by `told`. */
  toldSoFar(): void {
    for (const [queue, has] of this.#queues) {
      if (!has) continue;
      const { chunks, starts } = unseenChunks(this.parts, has);
      for (const chunk of chunks) queue.push(chunk);
      for (const start of starts) queue.hold(start);
      this.#queues.set(queue, undefined);
    }
  }

  /** The journal has told all: what the run does from now on comes by `take`. */
  toldAll({ rested, asked }: AllTold): void {
    if (this.#writer) return;
    const writer = this.#write();
    writer.ask(asked);
    if (rested) writer.pause();
    this.toldSoFar();
    for (const event of this.#held.splice(0)) this.take(event);
  }

  take(event: FlowEvent): void {
    if (event.type === "run.created" || event.type === "run.started" || event.type === "run.resumed") {
      this.isDriven = true;
      this.#begun();
    }
    if (!this.#writer) {
      this.#held.push(event);
      return;
    }
    if (event.type === "ask.answered" && this.#answering.delete(event.id)) this.#taken();
    const waits = event.type === "run.waiting" && !event.path && this.#answering.size > 0;
    this.#rested = waits ? event : undefined;
    if (waits) return;
    this.#writer.take(event);
    this.#settle();
  }

  /** What was said since this was asked last, to be kept; undefined: nothing. `waits`: it is the last before the run waits. */
  unkept({ waits }: { readonly waits: boolean }): readonly ToldChunk[] | undefined {
    // what is shown only then is kept, too: whoever goes on with the run goes on after it
    if (waits) this.#writer?.pause();
    return this.#unkept.length > 0 ? this.#unkept.drain() : undefined;
  }

  /** From the beginning on; for a client that has `seen` some of the message, what it has not. */
  subscribe({ seen }: { readonly seen?: readonly ShownPart[] | undefined } = {}): Told {
    const queue = new ChunkQueue();
    queue.push(startChunk(this.#options.runId));
    this.#listen(queue, seen);
    return { queue, left: () => this.#leave(queue) };
  }

  #listen(queue: ChunkQueue, seen: readonly ShownPart[] | undefined): void {
    this.#queues.set(queue, seen);
    if (!seen) for (const chunk of this.parts.flatMap(chunksOf)) queue.push(chunk);
    else if (this.#writer) this.toldSoFar();
    for (const chunk of this.#writer?.last ?? []) queue.push(chunk);
    if (this.#writer?.ended) queue.end(this.#writer.ended);
  }

  #leave(queue: ChunkQueue): void {
    this.#queues.delete(queue);
    if (this.#next) this.#next.#leave(queue);
  }

  /** Another feed of the run tells the rest to whoever listens, and waits for the answers that are on their way. */
  handOver(to: TurnFeed): void {
    this.#next = to;
    const seen = [...this.parts];
    void to.answered([...this.#answering.keys()]);
    for (const queue of this.#queues.keys()) to.#listen(queue, seen);
    this.#queues.clear();
    this.cut();
  }

  get parts(): readonly ShownPart[] {
    return this.#writer?.parts ?? this.#kept.parts;
  }

  /** No more will come of it here. */
  cut(): void {
    this.#write().cut();
    this.#settle();
  }

  #write(): ReplyWriter {
    if (this.#writer) return this.#writer;
    const { begun, ...options } = this.#options;
    this.#writer = new ReplyWriter({
      ...options,
      ...(begun && { told: this.#kept.parts }),
      say: (chunk, by) => this.#say(chunk, by),
    });
    this.#restored();
    return this.#writer;
  }

  #say(chunk: WireChunk, by: SaidBy | undefined): void {
    this.#send(chunk);
    if (isKept(chunk)) this.#unkept.push(by ? { ...chunk, by } : chunk);
  }

  #send(chunk: WireChunk): void {
    for (const [queue, has] of this.#queues) if (!has) queue.push(chunk);
  }

  #settle(): void {
    const ended = this.#writer?.ended;
    if (!ended) return;
    for (const [queue] of this.#queues) queue.end(ended);
    this.#begun();
    this.#over();
  }
}
