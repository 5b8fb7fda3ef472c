/**
 * A run's events and chunks as the reply of a chat: a UI message stream that no client breaks on, whatever steps emit. It keeps
 * what it has shown, so that whoever comes later is shown the same from the beginning.
 */
import type { ChatMessage, FlowEvent, FlowEventOf, Question, WaitingFor } from "millrace";
import { type AskedInChat, askedChunks } from "./asked-chunks.js";
import { emittedChunk } from "./emitted-chunk.js";
import { missingParts } from "./missing-parts.js";
import { aboutReply } from "./reply-ids.js";
import { isToldIn } from "./reply-metadata.js";
import { ReplyOnces } from "./reply-onces.js";
import { ReplySize } from "./reply-size.js";
import { ReplySteps } from "./reply-steps.js";
import { ReplyTexts } from "./reply-texts.js";
import { ReplyTools } from "./reply-tools.js";
import { chunksOf, type ShownPart } from "./shown-part.js";
import type { Say } from "./told-parts.js";
import type { WireChunk } from "./wire-chunk.js";

export interface ReplyOptions {
  readonly runId: string;
  /** The reply in what the run has answered. */
  readonly reply: (output: unknown) => ChatMessage | undefined;
  /** What a step emits, as JSON, without what is not for clients. */
  readonly fit: (chunk: unknown) => unknown;
  /** What a client is told of a failure. */
  readonly errorText: (error: FlowEventOf<"run.failed">["error"]) => string;
  /** Whether clients see which steps run. */
  readonly steps: boolean;
  /** What was told of it before, by whichever process. */
  readonly told?: readonly ShownPart[];
  readonly say: Say;
}

/** How a reply ended: all of it was told, or this process can't tell the rest. */
export type ReplyEnd = "told" | "cut";

type CallEvent = Pick<FlowEventOf<"step.started">, "step" | "number" | "index">;

export class ReplyWriter {
  readonly #options: ReplyOptions;
  readonly #parts: ShownPart[];
  readonly #texts: ReplyTexts;
  readonly #tools: ReplyTools;
  readonly #steps: ReplySteps;
  readonly #onces: ReplyOnces;
  /** Questions that are shown when nothing stands open. */
  readonly #unasked: AskedInChat[] = [];
  #end: ReplyEnd | undefined;
  /** Calls of which an attempt was told before: what the next one replays is known. */
  readonly #repeated = new Set<string>();
  readonly #size = new ReplySize();
  #last: readonly WireChunk[] = [];

  constructor(options: ReplyOptions) {
    this.#options = options;
    this.#parts = [...(options.told ?? [])];
    const { say } = options;
    this.#texts = new ReplyTexts(this.#parts, { say, begins: () => this.#tools.stepMayGoOn || this.#afterTools() });
    this.#tools = new ReplyTools(this.#parts, say);
    this.#steps = new ReplySteps(this.#parts, say);
    this.#onces = new ReplyOnces(this.#parts, say);
  }

  get ended(): ReplyEnd | undefined {
    return this.#end;
  }

  /** The last chunks of the stream, after all parts. */
  get last(): readonly WireChunk[] {
    return this.#last;
  }

  /** What was shown, as parts. */
  get parts(): readonly ShownPart[] {
    return this.#parts;
  }

  /** An event of the run, or of one inside of it. */
  take(event: FlowEvent): void {
    if (this.#end) return;
    if (event.type === "ask.requested") this.#asked(event);
    else if (event.type === "ask.answered") this.#answered(event);
    // what runs inside of this one say is said to their callers
    else if (!event.path) this.#own(event);
  }

  /** Questions that are open, where no event has told of them. */
  ask(questions: readonly Question[]): void {
    for (const question of questions) this.#asked(question);
  }

  /** Ends a reply whose run has said nothing of its end. */
  cut(): void {
    this.#finish([], "cut");
  }

  /** What stood open when the run came to rest is closed: what comes when it goes on stands after it. */
  pause(): void {
    this.#texts.endAll();
    this.#tools.pause();
    for (const question of this.#unasked.splice(0)) this.#asked(question);
    this.#afterTools();
  }

  #own(event: FlowEvent): void {
    switch (event.type) {
      case "output.chunk":
        return this.#chunk(event);
      case "step.started":
        this.#suspend(event, event.attempt > 1);
        return this.#step(event, "running");
      case "step.completed":
        this.#texts.endCall(callOf(event));
        return this.#step(event, "completed");
      case "step.retrying":
        return this.#suspend(event, true);
      case "step.failed":
        this.#endCall(event);
        return this.#step(event, "failed");
      case "step.aborted":
        this.#endCall(event);
        return this.#step(event, "aborted");
      case "run.waiting":
        return this.#waiting(event.waitingFor);
      case "run.completed":
        return this.#completed(event.output);
      case "run.failed":
        return this.#over({ type: "error", errorText: this.#options.errorText(event.error) });
      case "run.cancelled":
        return this.#over(this.#takeOver(), { type: "abort" });
      case "run.stopped":
      case "run.abandoned":
        return this.cut();
    }
  }

  /** An attempt is over, or begins: what it has said may be said again. */
  #suspend(event: CallEvent, repeated: boolean): void {
    const call = callOf(event);
    if (repeated) this.#repeated.add(call);
    this.#texts.suspend(call);
    this.#tools.suspend(call);
    this.#onces.suspend(call);
  }

  #endCall(event: CallEvent): void {
    this.#texts.endCall(callOf(event));
    this.#tools.breakOff(callOf(event));
  }

  #chunk(event: FlowEventOf<"output.chunk">): void {
    const chunk = emittedChunk(this.#options.fit(event.chunk));
    if (chunk === undefined) return;
    if (this.#size.grow(chunk) === "too long")
      return this.#over({ type: "error", errorText: "The reply is too long to be told." });
    const call = callOf(event);
    if (typeof chunk === "string") return this.#texts.say({ kind: "text", source: call, call }, chunk);
    const { type } = chunk;
    if (type.startsWith("text-") || type.startsWith("reasoning-")) return this.#text(chunk, call);
    if (chunk.transient === true) return this.#options.say(chunk);
    // plain text that comes after it stands after it
    if (!this.#isShown(chunk)) this.#texts.end({ kind: "text", source: call, call });
    if (type.startsWith("tool-")) return this.#tools.take(chunk, call);
    if (type.startsWith("data-") && chunk.id !== undefined) return this.#steps.data(chunk);
    const border = type === "start-step" || type === "finish-step";
    // a border makes clients forget what stands open, also what another step is saying
    if (border && (this.#texts.open || this.#tools.streaming)) return;
    const { replayed } = event.chunk as { readonly replayed?: unknown };
    if (border && replayed === true && (this.#options.told || this.#repeated.has(call)))
      return void this.#onces.isAgain(chunk, call);
    this.#once(chunk, call);
  }

  #isShown(chunk: WireChunk): boolean {
    return chunk.type.startsWith("data-") ? this.#steps.has(chunk) : !begins.has(chunk.type);
  }

  #once(chunk: WireChunk, call = ""): void {
    if (this.#onces.take(chunk, call) && chunk.type === "start-step") this.#tools.stepBegins();
  }

  /** A model's step ends with its tools; a client that finds all of them done at the end of a message sends it back. */
  #afterTools(): void {
    if (this.#tools.stepIsOver) this.#once({ type: "start-step" });
  }

  #text({ type, id, delta }: WireChunk, call: string): void {
    const kind = type.startsWith("text-") ? "text" : "reasoning";
    const place = { kind, source: String(id), call } as const;
    if (type.endsWith("-start")) this.#texts.start(place);
    else if (type.endsWith("-end")) this.#texts.end(place);
    else this.#texts.say(place, String(delta));
  }

  #step(event: CallEvent, status: string): void {
    if (this.#options.steps) this.#steps.step({ ...event, status });
  }

  /** What people are asked is shown at once: a tool call that waits for approval, or for its output. */
  #asked(question: AskedInChat): void {
    if (this.#tools.asks(question.id)) return;
    const chunks = askedChunks(question).map((chunk) => this.#options.fit(chunk) as WireChunk);
    // clients answer by themselves once all calls of the last step have ended: those that wait for what is asked stand before it
    const isNew = chunks.some(({ toolCallId }) => !this.#tools.has(String(toolCallId)));
    if (isNew && this.#tools.stepWaits) {
      if (this.#texts.open || this.#tools.streaming) return void this.#unasked.push(question);
      this.#once({ type: "start-step" });
    }
    for (const chunk of chunks) this.#tools.take(chunk, "", { asks: true });
  }

  #answered({ id, answer }: FlowEventOf<"ask.answered">): void {
    // one that was answered elsewhere before it could be shown is asked nobody any more
    const unasked = this.#unasked.findIndex((question) => question.id === id);
    if (unasked >= 0) return void this.#unasked.splice(unasked, 1);
    const output = "timedOut" in answer ? { timedOut: true } : answer.value;
    this.#tools.decided(id, output);
    this.#tools.take({ type: "tool-output-available", toolCallId: id, output: output ?? null, dynamic: true }, "");
  }

  #waiting(waitingFor: readonly WaitingFor[]): void {
    const finishReason = waitingFor.some(asksSomebody) ? "tool-calls" : "other";
    this.pause();
    this.#finish([this.#finished(finishReason)], "told");
  }

  /** With metadata clients take over all of the message: a border at its end by itself they would not. */
  #finished(finishReason: string): WireChunk {
    return { type: "finish", finishReason, messageMetadata: aboutReply(this.#options.runId) };
  }

  #takeOver(): WireChunk {
    return { type: "message-metadata", messageMetadata: aboutReply(this.#options.runId) };
  }

  #completed(output: unknown): void {
    this.#texts.endAll();
    const reply = this.#options.reply(output);
    for (const part of reply ? missingParts(reply, this.#parts) : []) {
      if (part.kind === "text" || part.kind === "reasoning") this.#texts.whole(part.kind, part.text);
      else if (part.kind === "tool") for (const chunk of chunksOf(part)) this.#tools.take(chunk, "");
      else {
        this.#parts.push(part);
        for (const chunk of chunksOf(part)) this.#options.say(chunk);
      }
    }
    const { metadata } = reply ?? {};
    if (!isToldIn(metadata, this.#parts)) this.#once({ type: "message-metadata", messageMetadata: metadata });
    this.#over(this.#finished("stop"));
  }

  #over(...last: readonly WireChunk[]): void {
    this.#texts.endAll();
    this.#tools.endAll();
    this.#afterTools();
    this.#finish(last, "told");
  }

  #finish(last: readonly WireChunk[], end: ReplyEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#last = last;
    for (const chunk of last) this.#options.say(chunk);
  }
}

const begins: ReadonlySet<string> = new Set([
  "tool-input-start",
  "tool-input-available",
  "tool-input-error",
  "file",
  "source-url",
  "source-document",
]);

const asksSomebody = (wait: WaitingFor): boolean =>
  wait.kind === "ask" || (wait.kind === "flow" && wait.waitingFor.some(asksSomebody));

const callOf = ({ step, number, index }: CallEvent): string =>
  index === undefined ? `${step}:${number}` : `${step}:${number}:${index}`;
