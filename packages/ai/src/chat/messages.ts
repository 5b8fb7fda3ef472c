/** What is answered, as what is said in a chat. */
import { type ChatMessage, stepTools } from "millrace";

/** What can be answered in a chat: a text, or what `generate` has answered. */
export type Answer =
  | string
  | {
      readonly text: string;
      readonly sources?: readonly { readonly id: string; readonly url?: string; readonly title?: string }[];
      readonly files?: readonly { readonly mediaType: string; readonly base64: string }[];
    };

/**
 * Inside a step: the message that answers in a chat. Its id is made of the run's, so that it is the same in every attempt and process.
 *
 * @throws {FlowError} STATE_OUTSIDE_STEP – no step is running here
 * @example
 * class Echo extends Flow<typeof Echo> {
 *   static inputs = z.object({ message: ChatMessage });
 *   static output = ChatMessage;
 *   @start() answer({ message }: { message: ChatMessage }) {
 *     return reply(`You said: ${textOf(message)}`);
 *   }
 * }
 */
export function reply(answer: Answer): ChatMessage {
  const { text, sources = [], files = [] } = typeof answer === "string" ? { text: answer } : answer;
  return {
    id: `reply-${stepTools().call.runId}`,
    role: "assistant",
    parts: [
      ...(text === "" && files.length > 0 ? [] : [{ type: "text", text }]),
      ...files.map(({ mediaType, base64 }) => ({ type: "file", mediaType, url: `data:${mediaType};base64,${base64}` })),
      ...sources.flatMap(({ id, url, title }) =>
        url === undefined ? [] : [{ type: "source-url", sourceId: id, url, ...(title !== undefined && { title }) }],
      ),
    ],
  };
}
