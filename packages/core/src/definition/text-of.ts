import type { ChatMessage } from "./chat-message.js";

/** What has words: a message of a chat, one of a memory, or a text. */
export type Said = string | ChatMessage | { readonly role: string; readonly content: unknown };

/**
 * What a message says in words, of a chat or of a memory; files, tools and thoughts are left out. Of several texts each is a
 * paragraph.
 *
 * @example
 * textOf({ id: "1", role: "user", parts: [{ type: "text", text: "Hello." }] }); // => "Hello."
 */
export function textOf(message: Said): string {
  if (typeof message === "string") return message;
  const parts: unknown = "parts" in message ? message.parts : message.content;
  if (typeof parts === "string") return parts;
  return (parts as readonly { readonly type: string; readonly text?: unknown }[])
    .flatMap(({ type, text }) => (type === "text" && typeof text === "string" && text !== "" ? [text] : []))
    .join("\n\n");
}
