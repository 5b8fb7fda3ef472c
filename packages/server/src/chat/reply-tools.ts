/**
 * The tool calls of a reply. Clients break on an output before its input and on an input twice; here each call goes its way once:
 * input, perhaps approval, and one end.
 */
import type { ShownPart, ShownTool } from "./shown-part.js";
import type { WireChunk } from "./wire-chunk.js";

/** A chunk of a tool call, checked. */
interface ToolChunk extends WireChunk {
  readonly toolCallId: string;
}

export class ReplyTools {
  readonly #parts: ShownPart[];
  readonly #send: (chunk: WireChunk) => void;
  readonly #byId = new Map<string, ShownTool>();

  constructor(parts: ShownPart[], send: (chunk: WireChunk) => void) {
    this.#parts = parts;
    this.#send = send;
    for (const part of parts) if (part.kind === "tool") this.#byId.set(part.toolCallId, part);
  }

  /** Whether a tool's input is being streamed. */
  get open(): boolean {
    for (const { state } of this.#byId.values()) if (state === "streaming") return true;
    return false;
  }

  has(toolCallId: string): boolean {
    return this.#byId.has(toolCallId);
  }

  /** Whether a call waits for the answer to this question. */
  asks(question: string): boolean {
    for (const { approvalId } of this.#byId.values()) if (approvalId === question) return true;
    return false;
  }

  take(given: WireChunk, call: string): void {
    const chunk = given as ToolChunk;
    const tool = this.#byId.get(chunk.toolCallId);
    if (this.#takes(chunk, tool, call)) this.#send(chunk);
  }

  /** Inputs that an attempt of the call was still streaming when it ended. */
  breakOff(call: string): void {
    for (const tool of this.#byId.values()) if (tool.call === call && tool.state === "streaming") this.#fail(tool);
  }

  /** Nothing more will come as long as the run waits; calls may wait with it. */
  endInputs(): void {
    for (const tool of this.#byId.values()) if (tool.state === "streaming") this.#fail(tool);
  }

  /** Nothing more will come. */
  endAll(): void {
    for (const tool of this.#byId.values()) if (tool.state === "streaming" || tool.state === "input") this.#fail(tool);
  }

  /** True: it is to be sent. */
  #takes(chunk: ToolChunk, tool: ShownTool | undefined, call: string): boolean {
    const { type } = chunk;
    if (type.startsWith("tool-input")) return this.#takesInput(chunk, tool, call);
    if (tool?.state !== "input") return false;
    if (type === "tool-approval-request") {
      if (tool.approvalId !== undefined) return false;
      tool.approvalId = String(chunk.approvalId);
      return true;
    }
    if (type === "tool-output-available") {
      tool.state = "output";
      tool.output = chunk.output;
    } else if (type === "tool-output-error") {
      tool.state = "error";
      tool.errorText = String(chunk.errorText);
    } else tool.state = "denied";
    return true;
  }

  #takesInput(chunk: ToolChunk, tool: ShownTool | undefined, call: string): boolean {
    if (tool && tool.state !== "streaming") return false;
    if (chunk.type === "tool-input-delta") {
      if (!tool) return false;
      tool.inputText += String(chunk.inputTextDelta);
      return true;
    }
    if (chunk.type === "tool-input-start") {
      if (tool) return false;
      this.#made(chunk, call);
      return true;
    }
    const made = tool ?? this.#made(chunk, call);
    made.input = chunk.input;
    made.state = chunk.type === "tool-input-error" ? "input-error" : "input";
    if (made.state === "input-error") made.errorText = String(chunk.errorText);
    return true;
  }

  #made({ toolCallId, toolName }: ToolChunk, call: string): ShownTool {
    const tool: ShownTool = {
      kind: "tool",
      toolCallId,
      toolName: String(toolName),
      call,
      state: "streaming",
      inputText: "",
    };
    this.#byId.set(toolCallId, tool);
    this.#parts.push(tool);
    return tool;
  }

  #fail(tool: ShownTool): void {
    const { toolCallId, toolName, state } = tool;
    const errorText = "It was broken off.";
    tool.errorText = errorText;
    tool.state = state === "streaming" ? "input-error" : "error";
    if (state !== "streaming") return this.#send({ type: "tool-output-error", toolCallId, errorText, dynamic: true });
    tool.input = tool.inputText;
    this.#send({ type: "tool-input-error", toolCallId, toolName, input: tool.inputText, errorText, dynamic: true });
  }
}
