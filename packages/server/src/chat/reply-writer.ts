/**
 * A run's events and chunks as the reply of a chat: a UI message stream that no client breaks on, whatever steps emit. It keeps
 * what it has shown, so that whoever comes later is shown the same from the beginning.
 */
import type { ChatMessage, FlowEvent, FlowEventOf, Question } from "millrace";
import { type AskedInChat, askedChunks } from "./asked-chunks.js";
import { emittedChunk } from "./emitted-chunk.js";
import { missingParts } from "./missing-parts.js";
import { ReplySteps } from "./reply-steps.js";
import { ReplyTexts } from "./reply-texts.js";
import { ReplyTools } from "./reply-tools.js";
import { chunksOf, type ShownPart, type ShownTool } from "./shown-part.js";
import { unseenChunks } from "./unseen-chunks.js";
import type { WireChunk } from "./wire-chunk.js";

export interface ReplyOptions {
  readonly runId: string;
  /** The reply in what the run has answered. */
  readonly reply: (output: unknown) => ChatMessage | undefined;
  /** What a step emits, as JSON, without what is not for clients. */
  readonly told: (chunk: unknown) => unknown;
  /** What a client is told of a failure. */
  readonly errorText: (error: FlowEventOf<"run.failed">["error"]) => string;
  /** Whether clients see which steps run. */
  readonly steps: boolean;
  /** What the client has of the reply already, which goes on. */
  readonly seen?: readonly ShownPart[];
  /** What was asked before, and is open. */
  readonly questions?: readonly Question[];
  readonly send: (chunk: WireChunk) => void;
}

/** How a reply ended: all of it was told, or this process can't tell the rest. */
export type ReplyEnd = "told" | "cut";

/** The id of the message that a run answers: any process knows it. */
export const replyId = (runId: string): string => `reply-${runId}`;

/** The way back; undefined: it is none of those. */
export const runOfReply = (id: string): string | undefined => (id.startsWith("reply-") ? id.slice(6) : undefined);

type CallEvent = Pick<FlowEventOf<"step.started">, "step" | "number" | "index">;

export class ReplyWriter {
  readonly #options: ReplyOptions;
  readonly #parts: ShownPart[];
  readonly #texts: ReplyTexts;
  readonly #tools: ReplyTools;
  readonly #steps: ReplySteps;
  readonly #questions = new Map<string, AskedInChat>();
  #end: ReplyEnd | undefined;
  /** Calls of which an attempt was told before: what the next one replays is known. */
  readonly #repeated = new Set<string>();
  #started = false;
  #size = 0;
  #last: readonly WireChunk[] = [];

  constructor(options: ReplyOptions) {
    this.#options = options;
    this.#parts = [...(options.seen ?? [])];
    this.ask(options.questions ?? []);
    const { send } = options;
    this.#texts = new ReplyTexts(this.#parts, { send, begins: () => this.#afterTools() });
    this.#tools = new ReplyTools(this.#parts, send);
    this.#steps = new ReplySteps(this.#parts, send);
  }

  get ended(): ReplyEnd | undefined {
    return this.#end;
  }

  get started(): boolean {
    return this.#started;
  }

  /** The first chunk of every stream. */
  get startChunk(): WireChunk {
    const { runId } = this.#options;
    return { type: "start", messageId: replyId(runId), messageMetadata: { runId } };
  }

  /** The reply as far as it is, for a client that has nothing of it, or these parts. */
  soFar(seen: readonly ShownPart[] = []): WireChunk[] {
    return [this.startChunk, ...unseenChunks(this.#parts, seen), ...this.#last];
  }

  /** What was shown, as parts. */
  get parts(): readonly ShownPart[] {
    return this.#parts;
  }

  /** An event of the run, or of one inside of it. */
  take(event: FlowEvent): void {
    if (this.#end) return;
    if (event.type === "ask.requested") this.#questions.set(event.id, event);
    else if (event.type === "ask.answered") this.#answered(event);
    // what runs inside of this one say is said to their callers
    else if (!event.path) this.#own(event);
  }

  /** Questions that are open, where no event has told of them. */
  ask(questions: readonly Question[]): void {
    for (const question of questions) this.#questions.set(question.id, question);
  }

  /** Ends a reply whose run has said nothing of its end. */
  cut(): void {
    this.#finish([], "cut");
  }

  #own(event: FlowEvent): void {
    switch (event.type) {
      case "run.created":
      case "run.started":
      case "run.resumed":
        // `startChunk` is not sent: whoever subscribes is given it, before the run or after
        this.#started = true;
        return;
      case "output.chunk":
        return this.#chunk(event);
      case "step.started":
        if (event.attempt > 1) this.#repeated.add(callOf(event));
        this.#texts.suspend(callOf(event));
        return this.#step(event, "running");
      case "step.completed":
        this.#texts.endCall(callOf(event));
        return this.#step(event, "completed");
      case "step.retrying":
        this.#texts.suspend(callOf(event));
        this.#tools.breakOff(callOf(event));
        return;
      case "step.failed":
        this.#texts.endCall(callOf(event));
        this.#tools.breakOff(callOf(event));
        return this.#step(event, "failed");
      case "step.aborted":
        this.#texts.endCall(callOf(event));
        this.#tools.breakOff(callOf(event));
        return this.#step(event, "aborted");
      case "run.waiting":
        return this.#waiting();
      case "run.completed":
        return this.#completed(event.output);
      case "run.failed":
        return this.#finish([{ type: "error", errorText: this.#options.errorText(event.error) }], "told");
      case "run.cancelled":
        return this.#finish([{ type: "abort" }], "told");
      case "run.stopped":
      case "run.abandoned":
        return this.cut();
    }
  }

  #chunk(event: FlowEventOf<"output.chunk">): void {
    const chunk = emittedChunk(this.#options.told(event.chunk));
    if (chunk === undefined) return;
    this.#size += sizeOf(chunk);
    if (this.#size > longestReply)
      return this.#finish([{ type: "error", errorText: "The reply is too long to be told." }], "told");
    const call = callOf(event);
    if (typeof chunk === "string") return this.#texts.say({ kind: "text", source: call, call }, chunk);
    const { type } = chunk;
    if (type.startsWith("tool-")) return this.#tools.take(chunk, call);
    if (type.startsWith("text-") || type.startsWith("reasoning-")) return this.#text(chunk, call);
    if (type.startsWith("data-")) return this.#steps.data(chunk);
    const border = type === "start-step" || type === "finish-step";
    // a border makes clients forget what stands open, also what another step is saying
    if (border && (this.#texts.open || this.#tools.open)) return;
    const { replayed } = event.chunk as { readonly replayed?: unknown };
    if (replayed === true && (this.#options.seen || this.#repeated.has(call))) return;
    this.#once(chunk);
  }

  #once(chunk: WireChunk): void {
    this.#parts.push({ kind: "chunk", chunk });
    this.#options.send(chunk);
  }

  /** A model's step ends with its tools; a client that finds all of them done at the end of a message sends it back. */
  #afterTools(): void {
    const tools = this.#stepTools();
    if (tools.length === 0 || tools.some(({ state }) => state === "streaming" || state === "input")) return;
    this.#once({ type: "start-step" });
  }

  /** Tool calls of the step that a client takes for the last one. */
  #stepTools(): ShownTool[] {
    const step = this.#parts.slice(this.#parts.findLastIndex(isStart) + 1);
    return step.filter((part) => part.kind === "tool");
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

  #answered({ id, answer }: FlowEventOf<"ask.answered">): void {
    this.#questions.delete(id);
    const output = "timedOut" in answer ? { timedOut: true } : answer.value;
    this.#tools.take({ type: "tool-output-available", toolCallId: id, output: output ?? null, dynamic: true }, "");
  }

  /** What people are asked, where no chunk has said it already: a tool call that waits for approval, or for its output. */
  #waiting(): void {
    const untold = [...this.#questions.values()].filter(({ id }) => !this.#tools.asks(id));
    const chunks = untold.flatMap(askedChunks).map((chunk) => this.#options.told(chunk) as WireChunk);
    // clients answer by themselves once all calls of the last step have ended: those that wait for what is asked stand before it
    const isNew = chunks.some(({ toolCallId }) => !this.#tools.has(String(toolCallId)));
    const waits = ({ state, toolCallId, approvalId }: ShownTool) =>
      state === "input" && approvalId === undefined && !this.#questions.has(toolCallId);
    if (isNew && this.#stepTools().some(waits)) this.#once({ type: "start-step" });
    for (const chunk of chunks) this.#tools.take(chunk, "");
    this.#texts.endAll();
    this.#tools.endInputs();
    this.#finish([{ type: "finish", finishReason: this.#questions.size > 0 ? "tool-calls" : "other" }], "waiting");
  }

  #completed(output: unknown): void {
    this.#texts.endAll();
    const reply = this.#options.reply(output);
    for (const part of reply ? missingParts(reply, this.#parts) : []) {
      if (part.kind === "text" || part.kind === "reasoning") this.#texts.whole(part.kind, part.text);
      else for (const chunk of chunksOf(part)) this.#options.send(chunk);
      if (part.kind !== "text" && part.kind !== "reasoning") this.#parts.push(part);
    }
    this.#finish([{ type: "finish", finishReason: "stop" }], "told");
  }

  #finish(last: readonly WireChunk[], end: ReplyEnd | "waiting"): void {
    if (this.#end) return;
    if (end === "told") {
      this.#texts.endAll();
      this.#tools.endAll();
    }
    if (end !== "cut") this.#afterTools();
    this.#end = end === "cut" ? "cut" : "told";
    this.#last = last;
    for (const chunk of last) this.#options.send(chunk);
  }
}

/** What is emitted for one reply, in characters: it is kept as long as the run goes on, and no client shows more. */
const longestReply = 16_000_000;

/** Each chunk costs something, also an empty one. */
function sizeOf(chunk: WireChunk | string): number {
  if (typeof chunk === "string") return chunk.length + 10;
  let size = 10;
  for (const name in chunk) size += typeof chunk[name] === "string" ? chunk[name].length : 0;
  return size;
}

const isStart = (part: ShownPart) => part.kind === "chunk" && part.chunk.type === "start-step";

const callOf = ({ step, number, index }: CallEvent): string =>
  index === undefined ? `${step}:${number}` : `${step}:${number}:${index}`;
