/** Questions that were left, in the messages that clients of flows with a history send along. */
import { ChatMessage, Flow, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { serve, texts } from "./chat-server.js";

/** Asks, and is given what was said before by its client. */
class Told extends Flow<typeof Told> {
  static inputs = z.object({ message: ChatMessage, history: z.array(ChatMessage) });
  static output = ChatMessage;

  @start() async plan({ message }: { message: ChatMessage }) {
    if (textOf(message) === "plan") await this.ask("How many days?", { schema: z.number() });
    return { id: "r", role: "assistant" as const, parts: [{ type: "text", text: "heard" }] };
  }
}

test.each(majors)("a question that was left stands open nowhere in a chat with a history, ai %i", async (major) => {
  const { client, ask } = await serve({ flows: [Told] });
  const headers = { "x-ai-sdk-major": String(major) };
  const chat = client(major, "Told", { headers });
  await chat.sendMessage({ text: "plan" });
  await chat.sendMessage({ text: "never mind" });
  expect([chat.status, chat.error]).toEqual(["ready", undefined]);
  const { messages } = (await ask(`/flows/Told/chat/${chat.id}`, { headers })).body;
  expect(
    messages.flatMap(({ parts }: any) => parts.flatMap((part: any) => (part.toolCallId ? [part.state] : []))),
  ).toEqual(["output-error"]);
  const page = client(major, "Told", { id: chat.id, messages, headers });
  await page.sendMessage({ text: "and now?" });
  expect([page.status, page.error]).toEqual(["ready", undefined]);
  expect(texts(page.messages)).toEqual(["plan", "", "never mind", "heard", "and now?", "heard"]);
});
