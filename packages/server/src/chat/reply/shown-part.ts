/** The parts of a reply as far as they were shown, and the chunks that show them from the beginning. */
import type { ChatMessage } from "millrace";
import { emittedChunk } from "./emitted-chunk.js";
import { isFields, type WireChunk } from "./wire-chunk.js";

export interface ShownText {
  readonly kind: "text" | "reasoning";
  /** Its id on the wire. */
  readonly id: string;
  /** Its id in what steps emit, the same in every attempt. */
  readonly source: string;
  /** The call that says it; "": none. */
  readonly call: string;
  text: string;
  open: boolean;
  /** Said by an attempt that is over, or by another process: the next one may say the same again. */
  stale: boolean;
}

export interface ShownTool {
  readonly kind: "tool";
  readonly toolCallId: string;
  readonly toolName: string;
  readonly call?: string;
  state: "streaming" | "input" | "output" | "error" | "input-error" | "denied";
  inputText: string;
  input?: unknown;
  output?: unknown;
  errorText?: string;
  /** It is a question itself. */
  asks?: boolean;
  /** Of its input: as of texts. */
  stale?: boolean;
  /** The question that its approval is. */
  approvalId?: string;
  /** What was answered to it. */
  decided?: Decided;
  /** People have agreed to it, and it is under way, or whoever is to make it is asked for that. */
  called?: boolean;
}

export interface Decided {
  readonly approved: boolean;
  readonly reason?: string;
}

export interface ShownData {
  readonly kind: "data";
  readonly type: string;
  readonly id?: string;
  readonly call?: string;
  data: unknown;
  /** As of texts; of parts without an id, which nothing replaces. */
  stale?: boolean;
}

/** A file, a source, the border of a model's step, metadata of the message: one chunk says it all. */
export interface ShownChunk {
  readonly kind: "chunk";
  readonly chunk: WireChunk;
  readonly call?: string;
  /** As of texts. */
  stale?: boolean;
}

export type ShownPart = ShownText | ShownTool | ShownData | ShownChunk;

/** The chunks by which a client that has seen nothing is shown the part as far as it is. */
export function chunksOf(part: ShownPart): WireChunk[] {
  switch (part.kind) {
    case "text":
    case "reasoning": {
      const { kind, id, text, open } = part;
      const chunks: WireChunk[] = [{ type: `${kind}-start`, id }];
      if (text !== "") chunks.push({ type: `${kind}-delta`, id, delta: text });
      if (!open) chunks.push({ type: `${kind}-end`, id });
      return chunks;
    }
    case "tool":
      return toolChunks(part);
    case "data":
      return [dataOf(part)];
    case "chunk":
      return [part.chunk];
  }
}

export function dataOf({ type, id, data }: ShownData): WireChunk {
  return { type, ...(id !== undefined && { id }), data };
}

function toolChunks(part: ShownTool): WireChunk[] {
  const { toolCallId, toolName, state, inputText, errorText, approvalId, decided, called } = part;
  if (state === "streaming") {
    const chunks: WireChunk[] = [{ type: "tool-input-start", toolCallId, toolName, dynamic: true }];
    if (inputText !== "") chunks.push({ type: "tool-input-delta", toolCallId, inputTextDelta: inputText });
    return chunks;
  }
  const input = part.input ?? null;
  if (state === "input-error")
    return [{ type: "tool-input-error", toolCallId, toolName, input, errorText, dynamic: true }];
  const chunks: WireChunk[] = [{ type: "tool-input-available", toolCallId, toolName, input, dynamic: true }];
  if (state === "input" && called) return chunks;
  if (approvalId !== undefined) chunks.push({ type: "tool-approval-request", approvalId, toolCallId });
  if (decided) chunks.push({ type: "tool-approval-response", approvalId, toolCallId, ...decided });
  if (state === "output")
    chunks.push({ type: "tool-output-available", toolCallId, output: part.output ?? null, dynamic: true });
  if (state === "error") chunks.push({ type: "tool-output-error", toolCallId, errorText, dynamic: true });
  if (state === "denied")
    chunks.push({ type: "tool-output-denied", toolCallId, ...(decided && { reason: decided.reason }) });
  return chunks;
}

/** What was shown as the parts of a message, as a client keeps them. */
export function messageParts(parts: readonly ShownPart[]): ChatMessage["parts"] {
  return parts.filter((part) => part.kind !== "chunk" || !unseen.has(part.chunk.type)).map(messagePart);
}

/** What clients keep as no part. */
const unseen: ReadonlySet<string> = new Set(["finish-step", "message-metadata"]);

function messagePart(part: ShownPart): ChatMessage["parts"][number] {
  switch (part.kind) {
    case "text":
    case "reasoning":
      return { type: part.kind, text: part.text, state: part.open ? "streaming" : "done" };
    case "tool":
      return toolPart(part);
    case "data":
      return dataOf(part);
    case "chunk":
      return part.chunk.type === "start-step" ? { type: "step-start" } : part.chunk;
  }
}

/** The AI SDK takes no other approvals of a call than those that go with its state. */
function toolPart(part: ShownTool) {
  const { toolCallId, toolName, state, input, output, errorText, approvalId: id, decided, called } = part;
  const about = { type: "dynamic-tool", toolCallId, toolName, input: input ?? null };
  const granted = id !== undefined && decided?.approved && { approval: { id, ...decided } };
  switch (state) {
    case "streaming":
      return { ...about, state: "input-streaming" };
    case "input":
      if (id === undefined || called) return { ...about, state: "input-available" };
      if (decided) return { ...about, state: "approval-responded", approval: { id, ...decided } };
      return { ...about, state: "approval-requested", approval: { id } };
    case "output":
      return { ...about, state: "output-available", output, ...granted };
    case "denied":
      return { ...about, state: "output-denied", approval: { id: id ?? "", ...decided, approved: false } };
    default:
      return { ...about, state: "output-error", errorText, ...granted };
  }
}

/** The parts of a message that a client has, as parts that were shown. */
export function partsShown(message: ChatMessage): ShownPart[] {
  return message.parts.flatMap((part, i): ShownPart[] => {
    const { type } = part;
    if (type === "text" || type === "reasoning") {
      const text = typeof part.text === "string" ? part.text : "";
      return [{ kind: type, id: `said:${i}`, source: `said:${i}`, call: "", text, open: false, stale: false }];
    }
    if (type === "dynamic-tool" || type.startsWith("tool-")) return shownTool(part);
    if (type.startsWith("data-"))
      return [{ kind: "data", type, ...(typeof part.id === "string" && { id: part.id }), data: part.data ?? null }];
    if (type === "step-start") return [{ kind: "chunk", chunk: { type: "start-step" } }];
    if (type !== "file" && !type.startsWith("source-")) return [];
    const chunk = emittedChunk(part);
    return chunk && typeof chunk === "object" ? [{ kind: "chunk", chunk }] : [];
  });
}

const states: Readonly<Record<string, ShownTool["state"]>> = {
  "input-streaming": "streaming",
  "output-available": "output",
  "output-error": "error",
  "output-denied": "denied",
};

function shownTool(part: ChatMessage["parts"][number]): ShownTool[] {
  const { type, toolCallId, toolName, state, input, output, errorText, approval } = part;
  const { id: approvalId, approved, reason } = isFields(approval) ? approval : {};
  if (typeof toolCallId !== "string") return [];
  const name = typeof toolName === "string" ? toolName : type.slice("tool-".length);
  const known = states[String(state)] ?? "input";
  return [
    {
      kind: "tool",
      toolCallId,
      toolName: name,
      state: known,
      inputText: "",
      input,
      output,
      ...(typeof approvalId === "string" && { approvalId }),
      ...(typeof approved === "boolean" && { decided: { approved, ...(typeof reason === "string" && { reason }) } }),
      ...(known === "error" && { errorText: typeof errorText === "string" ? errorText : "" }),
    },
  ];
}
