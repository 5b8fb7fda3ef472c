/**
 * The tool calls of a reply. Clients break on an output before its input and on an input twice; here each call goes its way once:
 * input, perhaps approval, and one end.
 */
import type { ShownPart, ShownTool } from "./shown-part.js";
import { applyToTool, type SaidBy, type Say } from "./told-parts.js";
import { brokenOff, isFields, type WireChunk } from "./wire-chunk.js";

/** A chunk of a tool call, checked. */
interface ToolChunk extends WireChunk {
  readonly toolCallId: string;
}

export class ReplyTools {
  readonly #parts: ShownPart[];
  readonly #say: Say;
  readonly #byId = new Map<string, ShownTool>();
  /** Those that are not over. */
  readonly #open = new Set<ShownTool>();
  /** The questions that approvals are. */
  readonly #asked = new Set<string>();
  /** Those since a model's step has begun. */
  #ofStep: ShownTool[] = [];

  constructor(parts: ShownPart[], say: Say) {
    this.#parts = parts;
    this.#say = say;
    for (const part of parts) {
      if (part.kind === "tool") this.#known(part);
      else if (part.kind === "chunk" && part.chunk.type === "start-step") this.stepBegins();
    }
  }

  /** Whether a tool's input is being streamed. */
  get streaming(): boolean {
    for (const { state } of this.#open) if (state === "streaming") return true;
    return false;
  }

  /** Whether the model's step has called tools, and all of them are over. */
  get stepIsOver(): boolean {
    return this.#ofStep.length > 0 && !this.#ofStep.some((tool) => this.#open.has(tool));
  }

  /** Whether one of them was broken off, and may be called after all: clients take an input that comes after the step for another call. */
  get stepMayGoOn(): boolean {
    return this.#ofStep.some(isRevivable);
  }

  /** Whether one of them waits for what is not asked by itself. */
  get stepWaits(): boolean {
    return this.#ofStep.some(
      ({ state, approvalId, called, asks }) => state === "input" && (approvalId === undefined || called) && !asks,
    );
  }

  has(toolCallId: string): boolean {
    return this.#byId.has(toolCallId);
  }

  stepBegins(): void {
    this.#ofStep = [];
  }

  /** Whether a call waits for the answer to this question. */
  asks(question: string): boolean {
    return this.#asked.has(question) || this.#byId.has(question);
  }

  take(given: WireChunk, call: string, { asks = false } = {}): void {
    const chunk = given as ToolChunk;
    const tool = this.#byId.get(chunk.toolCallId);
    if (chunk.type.startsWith("tool-input")) return this.#input(chunk, tool, { call, ...(asks && { asks }) });
    if (tool?.state !== "input") return;
    if (chunk.type === "tool-approval-request" && tool.approvalId !== undefined) return;
    if (chunk.type === "tool-approval-response" && tool.decided) return;
    this.#apply(tool, chunk);
    const reason = chunk.type === "tool-output-denied" ? tool.decided?.reason : undefined;
    this.#say(reason === undefined ? chunk : { ...chunk, reason });
  }

  /** The question was answered; where it was one of an approval, by what. */
  decided(question: string, answer: unknown): void {
    if (!this.#asked.has(question) || !isFields(answer)) return;
    const { approved, reason } = answer;
    for (const { approvalId, toolCallId } of this.#open)
      if (approvalId === question)
        this.take({ type: "tool-approval-response", approvalId, toolCallId, approved, reason }, "");
  }

  /** An attempt of the call is over or begins: the inputs that it was streaming may be streamed again. */
  suspend(call: string): void {
    for (const tool of this.#open) if (tool.call === call && tool.state === "streaming") tool.stale = true;
  }

  /** The call is over: nothing of what it was streaming will come. */
  breakOff(call: string): void {
    for (const tool of this.#open) if (tool.call === call && tool.state === "streaming") this.#fail(tool);
  }

  /**
   * What was being streamed is broken off; what was begun goes on when the run does. A call that was agreed to is told as one under
   * way: clients send a message back in which nothing but answers stands.
   */
  pause(): void {
    for (const tool of this.#open) {
      if (tool.state === "streaming") this.#fail(tool);
      else if (tool.decided && !tool.called) this.#goesOn(tool);
    }
  }

  /** Nothing more will come. */
  endAll(): void {
    for (const tool of this.#open) this.#fail(tool);
  }

  #input(chunk: ToolChunk, tool: ShownTool | undefined, by: SaidBy): void {
    if (tool?.decided && by.asks && !tool.asks && tool.state === "input") {
      tool.asks = true;
      return this.#goesOn(tool);
    }
    const revived = tool && isRevivable(tool) && chunk.type === "tool-input-available";
    if (tool && tool.state !== "streaming" && !revived) return;
    // what is streamed again says nothing new before it is whole
    if (tool?.stale && (chunk.type === "tool-input-start" || chunk.type === "tool-input-delta")) return;
    if (chunk.type === "tool-input-delta" ? !tool : chunk.type === "tool-input-start" && tool) return;
    this.#apply(tool ?? this.#made(chunk, by), chunk);
    this.#say(chunk, tool ? undefined : by);
  }

  #goesOn(tool: ShownTool): void {
    const { toolCallId, toolName, input = null, asks = false } = tool;
    const chunk: ToolChunk = { type: "tool-input-available", toolCallId, toolName, input, dynamic: true };
    this.#apply(tool, chunk);
    this.#say(chunk, { call: tool.call ?? "", ...(asks && { asks }) });
  }

  #apply(tool: ShownTool, chunk: WireChunk): void {
    applyToTool(tool, chunk);
    if (tool.approvalId !== undefined) this.#asked.add(tool.approvalId);
    if (tool.state === "streaming" || tool.state === "input") this.#open.add(tool);
    else this.#open.delete(tool);
  }

  #made({ toolCallId, toolName }: ToolChunk, by: SaidBy): ShownTool {
    const about = { toolCallId, toolName: String(toolName), ...by };
    const tool: ShownTool = { kind: "tool", ...about, state: "streaming", inputText: "" };
    this.#parts.push(tool);
    this.#known(tool);
    return tool;
  }

  #known(tool: ShownTool): void {
    this.#byId.set(tool.toolCallId, tool);
    this.#ofStep.push(tool);
    if (tool.approvalId !== undefined) this.#asked.add(tool.approvalId);
    if (tool.state === "streaming" || tool.state === "input") this.#open.add(tool);
  }

  #fail(tool: ShownTool): void {
    const { toolCallId, toolName, inputText } = tool;
    const about = { toolCallId, errorText: brokenOff, dynamic: true };
    const chunk =
      tool.state === "streaming"
        ? { type: "tool-input-error", toolName, input: inputText, ...about }
        : { type: "tool-output-error", ...about };
    // a later attempt may call it after all
    if (tool.state === "streaming") tool.stale = true;
    this.#apply(tool, chunk);
    this.#say(chunk);
  }
}

const isRevivable = ({ state, stale }: ShownTool): boolean => state === "input-error" && stale === true;
