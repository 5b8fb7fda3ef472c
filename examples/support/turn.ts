/** One turn of a chat: what is said, questions that stand in its way, the answer. */
import { randomUUID } from "node:crypto";
import { textOf } from "@millrace/ai";
import { ChatMessage, type Flow } from "millrace";

export interface Turn {
  /** Which chat it is. */
  readonly chat: string;
  readonly text: string;
  /** Whether people agree to what a tool is about to do. */
  readonly ask: (question: string) => Promise<boolean>;
}

export async function turn(flow: Flow<object>, { chat, text, ask }: Turn): Promise<string> {
  const message = { id: randomUUID(), role: "user", parts: [{ type: "text", text }] };
  const said = await flow.continue(chat, { message } as never);
  for (let result = said; ; ) {
    if (result.status === "completed") return textOf(messageOf(result.output));
    const [question] = (await flow.runs.questions({ runId: result.id })).questions;
    if (!question) throw new Error(`run ${result.id} waits for something that nobody can answer here`);
    const approved = await ask(`${question.prompt} ${JSON.stringify(question.value)}`);
    await flow.runs.answer(question.id, { approved });
    result = await flow.resume(result.id);
  }
}

/** The class answers it as it is, the document by its name. */
function messageOf(output: unknown): ChatMessage {
  const parsed = ChatMessage.safeParse(output);
  return parsed.success ? parsed.data : ChatMessage.parse((output as { reply: unknown }).reply);
}
