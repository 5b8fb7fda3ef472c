/** Messages of a chat, where the command line has a text and a flow takes a ChatMessage. */
import { randomUUID } from "node:crypto";
import type { ChatMessage, JsonSchema } from "millrace";

/** The text as what somebody says. */
export function userMessage(text: string): ChatMessage {
  return { id: randomUUID(), role: "user", parts: [{ type: "text", text }] };
}

/** Whether a part of a schema, its references followed, asks for a ChatMessage. */
export function isChatMessage(schema: JsonSchema, root: JsonSchema | undefined): boolean {
  return root?.$defs?.ChatMessage === schema;
}
