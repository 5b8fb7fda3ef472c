/**
 * Reads an answer as it streams in: its parts become the content of a message, and chunks of the step. The ids of text and reasoning
 * count what has a text, so that they are the same whether they are told live or out of the journal.
 */
import { parsePartialJson } from "ai";
import { fromJsonOn } from "../output/json-in-text.js";
import type { OutputReader } from "../output/output-reader.js";
import type { CallIds } from "./call-ids.js";
import { defined, type Tell } from "./chunk-teller.js";
import type { AnswerPart, AnswerSource } from "./stored-answer.js";
import { callOptions } from "./told-ids.js";

/** What is looked at of the parts that the majors of `ai` stream. */
export interface StreamPart {
  readonly type: string;
  readonly id?: string;
  readonly text?: string;
  readonly delta?: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly invalid?: boolean;
  readonly error?: unknown;
  readonly providerExecuted?: boolean;
  readonly providerMetadata?: unknown;
  readonly file?: { readonly base64: string; readonly mediaType: string };
  readonly sourceType?: string;
  readonly url?: string;
  readonly title?: string;
  readonly mediaType?: string;
  readonly filename?: string;
}

export interface ReaderOptions {
  /** What ids of parts begin with. */
  readonly place: string;
  readonly tell: Tell;
  readonly ids: CallIds;
  /** Of a structured answer: its text is told as the object that it is so far. */
  readonly output: OutputReader | undefined;
}

type Written = { -readonly [K in "type" | "text" | "providerOptions" | "id"]?: unknown } & { text: string };

export class AnswerReader {
  readonly content: AnswerPart[] = [];
  readonly sources: AnswerSource[] = [];
  readonly unreadable: Record<string, string> = {};
  /** Whether anything of the answer has come. */
  begun = false;
  readonly #options: ReaderOptions;
  /** Texts and reasonings that are being written, by type and the stream's own id. */
  readonly #open = new Map<string, Written>();
  readonly #counts = { text: 0, reasoning: 0 };
  #told = "";
  #written = 0;
  #nextLook = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** A promise only where something is to be waited for: there are many parts. */
  read(part: StreamPart): Promise<void> | undefined {
    switch (part.type) {
      case "text-start":
      case "reasoning-start":
        this.#start(part);
        return undefined;
      case "text-delta":
      case "reasoning-delta":
        return this.#delta(part);
      case "text-end":
      case "reasoning-end":
        this.#end(part);
        return undefined;
      case "tool-input-start":
        this.#tell({
          type: "tool-input-start",
          toolCallId: this.#options.ids.open(part.id!),
          toolName: part.toolName,
        });
        return undefined;
      case "tool-input-delta":
        if (part.delta)
          this.#tell({
            type: "tool-input-delta",
            toolCallId: this.#options.ids.at(part.id!),
            inputTextDelta: part.delta,
          });
        return undefined;
      case "tool-call":
        this.#call(part);
        return undefined;
      case "tool-result":
      case "tool-error":
        this.#result(part);
        return undefined;
      case "file":
        this.#file(part);
        return undefined;
      case "source":
        this.#source(part);
    }
    return undefined;
  }

  #tell(chunk: { readonly type: string; readonly [field: string]: unknown }): void {
    this.#begin();
    this.#options.tell(chunk);
  }

  #begin(): void {
    if (this.begun) return;
    this.begun = true;
    this.#options.tell({ type: "start-step", id: this.#options.place });
  }

  #start({ type, id, providerMetadata }: StreamPart): void {
    const kind = type === "text-start" ? "text" : "reasoning";
    const written: Written = { type: kind, text: "" };
    if (providerMetadata !== undefined) written.providerOptions = providerMetadata;
    this.#open.set(`${kind} ${id}`, written);
    this.content.push(written as never);
  }

  #delta({ type, id, text, providerMetadata }: StreamPart): Promise<void> | undefined {
    const kind = type === "text-delta" ? "text" : "reasoning";
    if (!this.#open.has(`${kind} ${id}`)) this.#start({ type: `${kind}-start`, ...(id !== undefined && { id }) });
    const written = this.#open.get(`${kind} ${id}`)!;
    if (providerMetadata !== undefined) written.providerOptions = providerMetadata;
    if (!text) return undefined;
    written.text += text;
    if (kind === "text" && this.#options.output) return this.#object(text);
    if (written.id === undefined) {
      written.id = `${this.#options.place}:${kind}-${++this.#counts[kind]}`;
      this.#tell({ type: `${kind}-start`, id: written.id });
    }
    this.#tell({ type: `${kind}-delta`, id: written.id, delta: text });
    return undefined;
  }

  #end({ type, id, providerMetadata }: StreamPart): void {
    const kind = type === "text-end" ? "text" : "reasoning";
    const written = this.#open.get(`${kind} ${id}`);
    if (!written) return;
    if (providerMetadata !== undefined) written.providerOptions = providerMetadata;
    if (written.id !== undefined) this.#tell({ type: `${kind}-end`, id: written.id });
    this.#open.delete(`${kind} ${id}`);
  }

  /** A long answer is not parsed anew at each of its words. */
  #object(more: string): Promise<void> | undefined {
    this.#written += more.length;
    if (this.#written < this.#nextLook) return undefined;
    this.#nextLook = this.#written + Math.floor(this.#written / 16);
    return this.#tellObject(this.text);
  }

  async #tellObject(text: string): Promise<void> {
    const { value } = await parsePartialJson(fromJsonOn(text));
    if (value === undefined || value === null) return;
    const object = this.#options.output!.unwrap(value);
    const shown = JSON.stringify(object);
    if (object === undefined || object === null || shown === this.#told) return;
    this.#told = shown;
    this.#tell({ type: "object-delta", id: `${this.#options.place}:object`, object });
  }

  #call({ toolCallId, toolName, input, invalid, error, providerExecuted, providerMetadata }: StreamPart): void {
    const id = this.#options.ids.take(toolCallId!);
    const readable = typeof input === "object" && input !== null;
    if (invalid || !readable) this.unreadable[id] = reasonOf(error, input);
    this.#begin();
    this.content.push({
      type: "tool-call",
      toolCallId: id,
      toolName: toolName!,
      // providers take no text in its place
      input: readable ? input : {},
      ...(providerExecuted && { providerExecuted }),
      ...callOptions(toolCallId!, providerMetadata),
    });
    if (providerExecuted)
      this.#tell({ type: "tool-input-available", toolCallId: id, toolName, input, dynamic: true, providerExecuted });
  }

  /** Of a tool that the provider has run; the others are run later. */
  #result({ type, toolCallId, toolName, output, error, providerExecuted, providerMetadata }: StreamPart): void {
    if (!providerExecuted) return;
    const id = this.#options.ids.at(toolCallId!);
    const failed = type === "tool-error";
    const told = failed ? { type: "error-json", value: plain(error) } : { type: "json", value: plain(output) };
    this.content.push({
      type: "tool-result",
      toolCallId: id,
      toolName: toolName!,
      output: told,
      ...(providerMetadata !== undefined && { providerOptions: providerMetadata }),
    });
    if (failed)
      this.#tell({
        type: "tool-output-error",
        toolCallId: id,
        errorText: "The provider's tool failed.",
        providerExecuted,
      });
    else this.#tell({ type: "tool-output-available", toolCallId: id, output: plain(output), providerExecuted });
  }

  #file({ file }: StreamPart): void {
    const { base64: data, mediaType } = file!;
    this.content.push({ type: "file", mediaType, data });
    this.#tell({ type: "file", mediaType, url: `data:${mediaType};base64,${data}` });
  }

  #source({ id, url, title, mediaType, filename }: StreamPart): void {
    const source = defined({ id: id!, url, title, mediaType, filename }) as AnswerSource;
    this.sources.push(source);
    this.#tell(sourceChunk(source));
  }

  /** All that it has written so far. */
  get text(): string {
    return this.content.map((part) => (part.type === "text" ? part.text : "")).join("");
  }

  /** The answer is whole: what the stream left open is closed, and what is empty left out. */
  async finish(): Promise<readonly AnswerPart[]> {
    this.#begin();
    for (const [key, { id }] of this.#open)
      if (id !== undefined) this.#tell({ type: `${key.startsWith("text") ? "text" : "reasoning"}-end`, id });
    this.#open.clear();
    if (this.#options.output) await this.#tellObject(this.text);
    return this.content
      .filter((part) => part.type !== "text" || part.text !== "")
      .map((part) => {
        const { id: _, ...kept } = part as AnswerPart & { id?: unknown };
        return kept as AnswerPart;
      });
  }
}

/** As clients take it. */
export function sourceChunk({ id, url, title, mediaType, filename }: AnswerSource) {
  return url !== undefined
    ? { type: "source-url", sourceId: id, url, title }
    : {
        type: "source-document",
        sourceId: id,
        mediaType: mediaType ?? "application/octet-stream",
        title: title ?? filename ?? id,
        filename,
      };
}

function reasonOf(error: unknown, input: unknown): string {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  if (name === "AI_NoSuchToolError") return String(message);
  if (typeof input === "string") return "The input is no JSON object.";
  return typeof message === "string" ? message : "The input can't be read.";
}

/** As a journal keeps it. */
function plain(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value ?? null));
  } catch {
    return null;
  }
}
