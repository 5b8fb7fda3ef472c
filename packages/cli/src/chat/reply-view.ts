/**
 * A reply as it is made, for whoever reads it in a terminal or a pipe: what is said goes to one side, a line for each call of a tool to
 * the other. What is told again, by an attempt that is begun anew or out of the journal, is shown once.
 */
import type { ChatMessage, FlowEvent } from "millrace";
import { plainText } from "../terminal/lines.js";

export interface ReplySides {
  /** What is said, in pieces. */
  say(piece: string): void;
  /** A line about it. */
  note(line: string): void;
}

interface Part {
  /** All of it that is shown. */
  shown: string;
  /** Of a part that is told again, as far as it is told; undefined: all that comes is new. */
  again: string | undefined;
}

type Chunk = Readonly<Record<string, unknown>> & { readonly type: string };

export class ReplyView {
  readonly #sides: ReplySides;
  readonly #parts = new Map<string, Part>();
  readonly #noted = new Set<string>();
  /** All that was said. */
  #said = "";
  /** The part that was written to last. */
  #current: string | undefined;

  constructor(sides: ReplySides) {
    this.#sides = sides;
  }

  event(event: FlowEvent): void {
    // what inner flows say is for their callers
    if ((event.path?.length ?? 0) > 0) return;
    if (event.type === "step.started" && event.attempt > 1) this.#begin(placeOf(event));
    if (event.type !== "output.chunk") return;
    const { chunk } = event;
    if (typeof chunk === "string") this.#tell(placeOf(event), chunk);
    else if (isChunk(chunk)) this.#chunk(chunk);
  }

  /** What the reply has beside what was said on the way; then its line ends. */
  end(reply: ChatMessage | undefined): void {
    for (const [i, part] of (reply?.parts ?? []).entries()) {
      if (part.type === "text" && !bare(this.#said).includes(bare(String(part.text)))) {
        this.#tell(`reply ${i}`, String(part.text));
      } else this.#attachment(part);
    }
    this.freshLine();
  }

  /** Somebody else writes next. */
  freshLine(): void {
    if (this.#said !== "" && !this.#said.endsWith("\n")) this.#say("\n");
    this.#current = undefined;
  }

  #chunk(chunk: Chunk): void {
    const { type, id, delta, toolCallId, toolName, input, output, errorText } = chunk;
    switch (type) {
      case "text-start":
        return this.#begin(String(id));
      case "text-delta":
        return this.#tell(String(id), String(delta));
      case "tool-input-available":
        return this.#note(`call ${toolCallId}`, `${toolName} ${shown(input)}`);
      case "tool-input-error":
      case "tool-output-error":
        return this.#note(`end ${toolCallId}`, `✗ ${errorText}`);
      case "tool-output-available":
        return this.#note(`end ${toolCallId}`, `→ ${shown(output)}`);
      case "tool-output-denied":
        return this.#note(`end ${toolCallId}`, "✗ denied");
      default:
        return this.#attachment(chunk);
    }
  }

  #attachment({ type, url, filename, mediaType, title }: Readonly<Record<string, unknown>>): void {
    if (type !== "file" && type !== "source-url") return;
    const address = String(url).startsWith("data:") ? "" : ` ${url}`;
    this.#note(`${type} ${url}`, `${filename ?? title ?? mediaType ?? "source"}${address}`);
  }

  #begin(id: string): void {
    const part = this.#parts.get(id);
    if (part) part.again = "";
  }

  #tell(id: string, piece: string): void {
    const part = this.#parts.get(id) ?? { shown: "", again: undefined };
    this.#parts.set(id, part);
    const told = part.again === undefined ? undefined : part.again + piece;
    if (told !== undefined && part.shown.startsWith(told)) {
      part.again = told;
      return;
    }
    const goesOn = told === undefined || told.startsWith(part.shown);
    if (this.#current !== id || !goesOn) this.freshLine();
    this.#say(told === undefined ? piece : goesOn ? told.slice(part.shown.length) : told);
    part.shown = told ?? part.shown + piece;
    part.again = undefined;
    this.#current = id;
  }

  #say(piece: string): void {
    this.#said += piece;
    this.#sides.say(piece);
  }

  #note(key: string, line: string): void {
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.freshLine();
    this.#sides.note(plainText(line));
  }
}

const placeOf = ({ step, number, index }: { step: string; number: number; index?: number }): string =>
  `${step}#${number}[${index ?? ""}]`;

const isChunk = (chunk: unknown): chunk is Chunk =>
  typeof chunk === "object" && chunk !== null && typeof (chunk as { type?: unknown }).type === "string";

const bare = (text: string): string => text.replace(/\s+/gu, "");

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
