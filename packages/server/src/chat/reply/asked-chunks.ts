/**
 * A question to people, as clients of chats know it: a tool call. Where a model's tool waits for approval, or is the client's, it is that
 * call; else one whose output is the answer, of a tool named `ask` or `approval`.
 */
import type { Question } from "millrace";
import type { WireChunk } from "./wire-chunk.js";

export type AskedInChat = Pick<Question, "id" | "prompt" | "schema" | "until" | "value" | "outcomes">;

/** The call of a model's tool that the question is about. */
export interface AskedTool {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input?: unknown;
  /** Whoever answers makes the call; else they agree to it. */
  readonly client: boolean;
}

export function askedChunks(question: AskedInChat): WireChunk[] {
  const { id, prompt, schema, until, value, outcomes } = question;
  const tool = askedTool(question);
  if (tool) {
    const { toolCallId, toolName, input = null, client } = tool;
    const called = { type: "tool-input-available", toolCallId, toolName, input, dynamic: true };
    return client ? [called] : [called, { type: "tool-approval-request", approvalId: id, toolCallId }];
  }
  const input = {
    prompt,
    schema,
    ...(until !== undefined && { until }),
    ...(value !== undefined && { value }),
    ...(outcomes && { outcomes }),
  };
  const toolName = outcomes ? "approval" : "ask";
  return [{ type: "tool-input-available", toolCallId: id, toolName, input, dynamic: true }];
}

export function askedTool({ value, outcomes }: Pick<Question, "value" | "outcomes">): AskedTool | undefined {
  if (outcomes || typeof value !== "object" || value === null) return undefined;
  const { toolCallId, toolName, input, client = false } = value as Partial<AskedTool>;
  if (typeof toolCallId !== "string" || typeof toolName !== "string") return undefined;
  return { toolCallId, toolName, input, client };
}
