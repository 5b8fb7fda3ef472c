/**
 * What is said in a chat, by the shape that clients of chats exchange (`UIMessage` of the npm package `ai`): a flow that takes one
 * and answers one is a chat flow, whoever wrote it and whatever serves it.
 */
import { z } from "zod";

/**
 * A message of a chat: `parts` are what it says, each with its `type` (`"text"` with `text`, `"file"` with `mediaType` and
 * `url`, …); parts of types that are not known here are kept as they are.
 *
 * @example
 * class Echo extends Flow<typeof Echo> {
 *   static inputs = z.object({ message: ChatMessage });
 *   static output = ChatMessage;
 *   @start() answer({ message }: { message: ChatMessage }) {
 *     return { id: `re-${message.id}`, role: "assistant" as const, parts: message.parts };
 *   }
 * }
 */
export const ChatMessage = z
  .looseObject({
    id: z.string(),
    role: z.enum(["system", "user", "assistant"]),
    parts: z.array(z.looseObject({ type: z.string() })),
    metadata: z.unknown().optional(),
  })
  .meta({ id: "ChatMessage" });

export type ChatMessage = z.output<typeof ChatMessage>;
