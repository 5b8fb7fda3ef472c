/** A conversation that stands in a memory: answered out of it, and brought to its end. */
import type { ChatMessage, MemoryMessage } from "millrace";
import { generate } from "../generate/generate.js";
import type { GenerateOptions } from "../generate/generate-options.js";
import { reply } from "./messages.js";

/** As `generate`; the memory has to be there, and what is answered is its newest message. */
export type AnswerOptions = Omit<GenerateOptions, "output" | "prompt" | "messages"> &
  Required<Pick<GenerateOptions, "memory">>;

/**
 * Inside a step: answers the newest message of a memory, as the message of a chat. The answer is added to the memory.
 *
 * @throws {FlowError} all that `generate` throws
 * @example
 * class Support extends Flow<typeof Support> {
 *   static inputs = z.object({ message: ChatMessage });
 *   static state = z.object({ history: memory() });
 *   static output = ChatMessage;
 *   @start() hear({ message }: { message: ChatMessage }) {
 *     this.state.history.push({ role: "user", content: textOf(message) });
 *   }
 *   @listen("hear") answer() {
 *     return answerFromHistory({ model: "openai/gpt-5", memory: "history", system: "You help with bills." });
 *   }
 * }
 */
export async function answerFromHistory(options: AnswerOptions): Promise<ChatMessage> {
  return reply(await generate(options as GenerateOptions & { readonly output?: undefined }));
}

/**
 * Inside a step: ends the conversation of a memory. What was said stays in it, and is told to no model any more: what is said next
 * begins anew.
 *
 * @example
 * class Desk extends Flow<typeof Desk> {
 *   static state = z.object({ history: memory() });
 *   @start() close() {
 *     endConversation(this.state.history);
 *   }
 * }
 */
export function endConversation(history: MemoryMessage[]): void {
  history.push({ role: "system", content: "", summary: { until: history.length } });
}
