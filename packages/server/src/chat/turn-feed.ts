/**
 * One run whose reply is told: to whoever asks, from the beginning, as long as it runs. Its events come from this process, which
 * drives it, or out of its journal; both may tell the same.
 */
import type { FlowEvent, Question } from "millrace";
import { ChunkQueue } from "./chunk-queue.js";
import { type ReplyOptions, ReplyWriter } from "./reply-writer.js";
import type { ShownPart } from "./shown-part.js";

export interface FeedOptions extends Omit<ReplyOptions, "send"> {
  /** Questions whose answers are on their way: waiting for them is no rest. */
  readonly answering?: readonly string[];
}

type Source = "live" | "journal";

export class TurnFeed {
  readonly #writer: ReplyWriter;
  readonly #queues = new Set<ChunkQueue>();
  readonly #answering: Set<string>;
  readonly #waits: { readonly questions: readonly string[]; readonly resolve: () => void }[] = [];
  /** Events that come while the journal is read. */
  #held: FlowEvent[] | undefined;
  #position = 0;
  #source: Source | undefined;
  #begun!: () => void;
  #over!: () => void;
  readonly begun: Promise<void>;
  readonly over: Promise<void>;

  constructor({ answering = [], ...options }: FeedOptions) {
    this.#answering = new Set(answering);
    this.begun = new Promise((resolve) => {
      this.#begun = resolve;
    });
    this.over = new Promise((resolve) => {
      this.#over = resolve;
    });
    this.#writer = new ReplyWriter({
      ...options,
      send: (chunk) => {
        for (const queue of this.#queues) queue.push(chunk);
      },
    });
  }

  /** Keeps what comes live until `release`, for it comes after what the journal tells. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.take(event);
  }

  take(event: FlowEvent, source: Source = "live"): void {
    if (source === "live" && this.#held) {
      this.#held.push(event);
      return;
    }
    if (this.#repeats(event, source)) return;
    if (event.type === "ask.answered" && this.#answering.delete(event.id)) this.#taken();
    if (event.type === "run.waiting" && !event.path && this.#answering.size > 0) return;
    this.#writer.take(event);
    if (this.#writer.started) this.#begun();
    this.#settle();
  }

  /** What is asked inside of the run, by runs whose journals are not read here. */
  ask(questions: readonly Question[]): void {
    this.#writer.ask(questions);
  }

  /** From the beginning on, or, for a client that has some of it, what comes after that. */
  subscribe({ seen }: { readonly seen?: readonly ShownPart[] | undefined } = {}): {
    readonly queue: ChunkQueue;
    readonly left: () => void;
  } {
    const queue = new ChunkQueue();
    for (const chunk of this.#writer.soFar(seen)) queue.push(chunk);
    this.#queues.add(queue);
    if (this.#writer.ended) queue.end(this.#writer.ended);
    return { queue, left: () => void this.#queues.delete(queue) };
  }

  /** Answers to these questions are on their way, for which waiting is no rest; resolves when they have come, or it is over. */
  async answered(questions: readonly string[]): Promise<void> {
    for (const id of questions) this.#answering.add(id);
    const arrived = new Promise<void>((resolve) => {
      this.#waits.push({ questions, resolve });
    });
    return Promise.race([arrived, this.over]);
  }

  /** They don't come. */
  withdraw(questions: readonly string[]): void {
    for (const id of questions) this.#answering.delete(id);
  }

  #taken(): void {
    for (const { questions, resolve } of this.#waits) if (!questions.some((id) => this.#answering.has(id))) resolve();
  }

  get parts(): readonly ShownPart[] {
    return this.#writer.parts;
  }

  /** No more will come of it here. */
  cut(): void {
    this.#writer.cut();
    this.#settle();
  }

  #settle(): void {
    const { ended } = this.#writer;
    if (!ended) return;
    for (const queue of this.#queues) queue.end(ended);
    this.#begun();
    this.#over();
  }

  /** Told by the other source already. Several events may stand for one entry: those come from one source, in a row. */
  #repeats({ position, path }: FlowEvent, source: Source): boolean {
    if (position === undefined || path) return false;
    if (position < this.#position || (position === this.#position && source !== this.#source)) return true;
    this.#position = position;
    this.#source = source;
    return false;
  }
}
