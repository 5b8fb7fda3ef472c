/**
 * A memory: what was said, as a field of a flow's state. So it is committed with the steps that add to it, comes back after a crash,
 * is carried from run to run by sessions, and goes into forks. Nothing of it is ever rewritten, so that steps beside each other
 * may both add to it.
 */
import { z } from "zod";

/** A piece of a message: `{ type: "text", text }`, `{ type: "tool-call", toolCallId, … }`, `{ type: "tool-result", toolCallId, … }`, … */
export type MessagePart = { readonly type: string } & object;

/** What a memory holds: who said it, and what (`ModelMessage` of the npm package `ai`); what else it has is its maker's own. */
export interface MemoryMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string | readonly MessagePart[];
  /** Its content stands for all messages before this position of the memory; an empty one lets them be forgotten. */
  readonly summary?: { readonly until: number };
}

const part = z.looseObject({ type: z.string() });
const message = z
  .looseObject({
    role: z.enum(["system", "user", "assistant", "tool"]),
    content: z.union([z.string(), z.array(part)]),
    summary: z.strictObject({ until: z.int().min(0) }).optional(),
  })
  .meta({ id: "MemoryMessage" }) as unknown as z.ZodType<MemoryMessage>;

/**
 * The schema of a memory, for a field of a flow's state: a list of messages, empty at first.
 *
 * @example
 * class Chat extends Flow<typeof Chat> {
 *   static inputs = z.object({ message: z.string() });
 *   static state = z.object({ history: memory() });
 *   @start() hear({ message }: { message: string }) {
 *     this.state.history.push({ role: "user", content: message });
 *   }
 * }
 */
export const memory = () => z.array(message).default([]);
