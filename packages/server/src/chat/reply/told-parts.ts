/**
 * What was told of a reply, chunk by chunk as it is kept in the journal of its run, as the parts that it comes to: the same for
 * whoever reads it, in any process and at any later time.
 */
import type { Decided, ShownData, ShownPart, ShownText, ShownTool } from "./shown-part.js";
import type { WireChunk } from "./wire-chunk.js";

/** Who has said a chunk: what an attempt that comes after says again is known by it. */
export interface SaidBy {
  readonly call: string;
  /** The text's id there. */
  readonly source?: string;
  /** A tool call that is a question itself. */
  readonly asks?: boolean;
}

/** Tells a chunk, and who says it where that is to be known later. */
export type Say = (chunk: WireChunk, by?: SaidBy) => void;

/** A chunk as it is kept. */
export interface ToldChunk extends WireChunk {
  readonly by?: SaidBy;
}

/** The chunk as clients are sent it. */
export function plain({ by: _, ...chunk }: ToldChunk): WireChunk {
  return chunk as WireChunk;
}

/** The beginning and the end of a stream are no part of a reply, nor is what no client keeps. */
export function isKept({ type, transient }: WireChunk): boolean {
  return !bounds.has(type) && transient !== true;
}

const bounds: ReadonlySet<string> = new Set(["start", "finish", "error", "abort"]);

export class ToldParts {
  readonly parts: ShownPart[] = [];
  readonly #texts = new Map<string, ShownText>();
  readonly #tools = new Map<string, ShownTool>();
  readonly #data = new Map<string, ShownData>();

  take(chunk: ToldChunk): void {
    const { type } = chunk;
    if (type.startsWith("text-") || type.startsWith("reasoning-")) this.#text(chunk);
    else if (type.startsWith("tool-")) this.#tool(chunk);
    else if (type.startsWith("data-")) this.#dataPart(chunk);
    else this.parts.push({ kind: "chunk", chunk: plain(chunk), ...(chunk.by && { call: chunk.by.call, stale: true }) });
  }

  #text({ type, id, delta, by }: ToldChunk): void {
    const kind = type.startsWith("text-") ? "text" : "reasoning";
    const key = `${kind} ${id}`;
    const known = this.#texts.get(key);
    if (type.endsWith("-start")) {
      const { call = "", source = String(id) } = by ?? {};
      const part: ShownText = { kind, id: String(id), source, call, text: "", open: true, stale: true };
      this.#texts.set(key, part);
      this.parts.push(part);
    } else if (known && type.endsWith("-delta")) known.text += String(delta);
    else if (known) known.open = false;
  }

  #tool(chunk: ToldChunk): void {
    const toolCallId = String(chunk.toolCallId);
    const known = this.#tools.get(toolCallId);
    const tool: ShownTool = known ?? {
      kind: "tool",
      toolCallId,
      toolName: String(chunk.toolName),
      ...chunk.by,
      state: "streaming",
      stale: true,
      inputText: "",
    };
    if (!known) {
      this.#tools.set(toolCallId, tool);
      this.parts.push(tool);
    }
    if (chunk.by?.asks) tool.asks = true;
    applyToTool(tool, chunk);
  }

  #dataPart({ type, id, data, by }: ToldChunk): void {
    const key = typeof id === "string" ? `${type} ${id}` : undefined;
    const known = key === undefined ? undefined : this.#data.get(key);
    if (known) {
      known.data = data;
      return;
    }
    const about = { ...(typeof id === "string" && { id }), ...(by && { call: by.call }) };
    const part: ShownData = { kind: "data", type, ...about, data, stale: true };
    if (key !== undefined) this.#data.set(key, part);
    this.parts.push(part);
  }
}

/** What a chunk of a tool call that is taken makes of it. */
export function applyToTool(tool: ShownTool, chunk: WireChunk): void {
  switch (chunk.type) {
    case "tool-input-delta":
      tool.inputText += String(chunk.inputTextDelta);
      return;
    case "tool-input-available":
      tool.state = "input";
      tool.input = chunk.input;
      tool.called = tool.decided !== undefined;
      return;
    case "tool-input-error":
      tool.state = "input-error";
      tool.input = chunk.input;
      tool.errorText = String(chunk.errorText);
      return;
    case "tool-approval-request":
      tool.approvalId = String(chunk.approvalId);
      return;
    case "tool-approval-response":
      tool.decided = decidedBy(chunk);
      return;
    case "tool-output-available":
      tool.state = "output";
      tool.output = chunk.output;
      return;
    case "tool-output-error":
      tool.state = "error";
      tool.errorText = String(chunk.errorText);
      return;
    case "tool-output-denied":
      tool.state = "denied";
      return;
  }
}

function decidedBy({ approved, reason }: WireChunk): Decided {
  return { approved: approved === true, ...(typeof reason === "string" && { reason }) };
}
