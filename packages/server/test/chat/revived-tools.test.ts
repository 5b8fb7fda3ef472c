/** Inputs of tools that are broken off, and said again when their step goes on: clients, too, are shown one call. */
import { virtualClock } from "@millrace/testing";
import { and, ChatMessage, Flow, listen, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { majors } from "../../src/chat/reply/testing/clients.js";
import { until } from "../support/until.js";
import { serve, shownParts } from "./chat-server.js";
import { asked } from "./show-lab.js";

/** Asks in the middle of a tool's input, which it says again when it goes on, while another step asks and speaks. */
class Both extends Flow<typeof Both> {
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;

  @start() async look() {
    const call = { toolCallId: "c", toolName: "look" };
    this.emit({ type: "tool-input-start", ...call });
    this.emit({ type: "tool-input-delta", toolCallId: "c", inputTextDelta: '{"n":' });
    const n = await this.ask("How many?", { schema: z.number() });
    this.emit({ type: "tool-input-available", ...call, input: { n } });
    this.emit({ type: "tool-output-available", toolCallId: "c", output: n });
    return n;
  }
  @start() async talk() {
    const n = await this.ask("And there?", { schema: z.number() });
    this.emit("There it is.");
    return n;
  }
  @listen(and("look", "talk")) end() {
    return { id: "r", role: "assistant" as const, parts: [{ type: "text", text: "Seen." }] };
  }
}

/** Breaks off in the middle of a tool's input, and tries again. */
class Again extends Flow<typeof Again> {
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;

  @start({ retry: { attempts: 2, delay: "15s" } }) look() {
    const call = { toolCallId: "c", toolName: "look" };
    this.emit({ type: "tool-input-start", ...call });
    this.emit({ type: "tool-input-delta", toolCallId: "c", inputTextDelta: '{"n":' });
    if (this.call.attempt === 1) throw new Error("it broke off");
    this.emit({ type: "tool-input-available", ...call, input: { n: 1 } });
    this.emit({ type: "tool-output-available", toolCallId: "c", output: 1 });
  }
  @start() async talk() {
    await this.ask("And there?", { schema: z.number() });
    this.emit("There it is.");
  }
  @listen(and("look", "talk")) end() {
    return { id: "r", role: "assistant" as const, parts: [{ type: "text", text: "Seen." }] };
  }
}

test.each(majors)("a tool's input that goes on after questions, ai %i", async (major) => {
  for (const order of [
    ["And there?", "How many?"],
    ["How many?", "And there?"],
  ]) {
    const { client, ask } = await serve({ flows: [Both], chat: { steps: false, ...(major > 5 && { client: major }) } });
    const chat = client(major, "Both");
    await chat.sendMessage({ text: "go" });
    const stored = async () => shownParts((await ask(`/flows/Both/chat/${chat.id}`)).body.messages);
    for (const prompt of order) {
      const { toolCallId } = asked(chat.messages[1]).find(({ input }) => input.prompt === prompt);
      await chat.addToolOutput({ tool: "ask", toolCallId, output: 2 });
      await chat.sendMessage();
      expect([chat.status, chat.error]).toEqual(["ready", undefined]);
      expect(shownParts(chat.messages)).toEqual(await stored());
    }
  }
});

test.each(majors)("a tool's input that is said again after others spoke, ai %i", async (major) => {
  const clock = virtualClock();
  const chatOptions = { steps: false, ...(major > 5 && { client: major }) };
  const { client, ask } = await serve({ flows: [Again], chat: chatOptions, clock, recoverEvery: false });
  const chat = client(major, "Again");
  await chat.sendMessage({ text: "go" });
  const stored = async () => shownParts((await ask(`/flows/Again/chat/${chat.id}`)).body.messages);
  expect(shownParts(chat.messages)).toEqual(await stored());
  await clock.advance("8s");
  const [{ toolCallId }] = asked(chat.messages[1]);
  await chat.addToolOutput({ tool: "ask", toolCallId, output: 2 });
  const sent = chat.sendMessage();
  await until(() => chat.messages[1].parts.some(({ type }: any) => type === "text"));
  await clock.advance("8s");
  await sent;
  expect([chat.status, chat.error]).toEqual(["ready", undefined]);
  expect(shownParts(chat.messages)).toEqual(await stored());
});
