/** Chats whose replies models say, by `generate`: what the real clients see of them. */
import { generate, reply, textOf as said, tool } from "@millrace/ai";
import { ChatMessage, Flow, listen, memory, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Say, type ScriptedModel, scriptedModel, told } from "../../../ai/test/support/scripted-model.js";
import { majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { until } from "../support/until.js";
import { serve } from "./chat-server.js";

function assistant(model: ScriptedModel, paid: string[] = []) {
  class Assistant extends Flow<typeof Assistant> {
    static inputs = z.object({ message: ChatMessage });
    static state = z.object({ history: memory() });
    static output = ChatMessage;

    @start() hear({ message }: { message: ChatMessage }) {
      this.state.history.push({ role: "user", content: said(message) });
    }
    @listen("hear", { retry: { attempts: 2, delay: 1 } }) async answer() {
      const weather = tool({
        description: "The weather in a city.",
        parameters: z.object({ city: z.string() }),
        run: ({ city }) => ({ city, sun: true }),
      });
      const pay = tool({
        parameters: z.object({ sum: z.number() }),
        approval: true,
        run: ({ sum }) => {
          paid.push(`paid ${sum}`);
          return "done";
        },
      });
      return reply(await generate({ model, memory: "history", tools: { weather, pay }, maxRetries: 0 }));
    }
  }
  return Assistant;
}

async function talkTo(says: readonly Say[], options: object = {}) {
  const model = scriptedModel(says);
  const paid: string[] = [];
  const flow = assistant(model, paid);
  const served = await serve({ flows: [flow], chat: { steps: false, ...options } });
  return { ...served, model, paid };
}

const shown = (message: any) => message.parts.filter(({ type }: any) => type !== "step-start");

describe.each(majors)("a client of ai %i", (major) => {
  test("sees what a model thinks, says and calls; a second turn knows the first", async () => {
    const { client, model, ask } = await talkTo([
      { think: "Let me see.", text: "I look.", calls: [{ id: "w1", tool: "weather", input: { city: "Rome" } }] },
      "It is sunny in Rome.",
      "You asked about Rome.",
    ]);
    const chat = client(major, "Assistant");
    await chat.sendMessage({ text: "How is Rome?" });
    expect(chat.error).toBeUndefined();
    expect(shown(chat.messages[1])).toMatchObject([
      { type: "reasoning", text: "Let me see.", state: "done" },
      { type: "text", text: "I look.", state: "done" },
      { type: "dynamic-tool", toolName: "weather", state: "output-available", output: { city: "Rome", sun: true } },
      { type: "text", text: "It is sunny in Rome." },
    ]);
    await chat.sendMessage({ text: "What did I ask?" });
    expect(textOf(chat.messages[3])).toBe("You asked about Rome.");
    expect(told(model, 2).join("\n")).toContain("It is sunny in Rome.");
    const { body } = await ask(`/flows/Assistant/chat/${chat.id}`);
    expect(body.messages.map(({ role }: any) => role)).toEqual(["user", "assistant", "user", "assistant"]);
    expect(textOf(body.messages[1])).toContain("It is sunny in Rome.");
  });

  test("decides whether a tool is called; the model is asked once for each answer", async () => {
    for (const approved of [true, false]) {
      const options = major === 5 ? {} : { client: major };
      const { client, model, paid } = await talkTo(
        [{ text: "I pay.", calls: [{ id: "p1", tool: "pay", input: { sum: 3 } }] }, approved ? "Paid." : "Not paid."],
        options,
      );
      const chat = client(major, "Assistant", { again: major === 5 ? "outputs" : "approvals" });
      await chat.sendMessage({ text: "Pay 3." });
      const part = chat.messages[1].parts.find(({ type }: any) => type === "dynamic-tool");
      if (major === 5) {
        expect(part.state).toBe("input-available");
        await chat.addToolOutput({ tool: "pay", toolCallId: part.toolCallId, output: approved });
      } else {
        expect(part.state).toBe("approval-requested");
        await chat.addToolApprovalResponse({ id: part.approval.id, approved });
      }
      const last = approved ? "I pay.Paid." : "I pay.Not paid.";
      await until(() => textOf(chat.messages[1]) === last && chat.status === "ready");
      expect([chat.status, chat.error]).toEqual(["ready", undefined]);
      expect(chat.messages).toHaveLength(2);
      const end = approved ? "output-available" : major === 5 ? "output-error" : "output-denied";
      expect(shown(chat.messages[1])).toMatchObject([
        { type: "text", text: "I pay." },
        { toolName: "pay", state: end, input: { sum: 3 } },
        { type: "text", text: approved ? "Paid." : "Not paid." },
      ]);
      expect(paid).toEqual(approved ? ["paid 3"] : []);
      expect(model.asked).toBe(2);
    }
  });

  test("opens a page while a tool waits for approval, and decides there", async () => {
    const options = major === 5 ? {} : { client: major };
    const { client, ask, paid } = await talkTo(
      [{ text: "I pay.", calls: [{ id: "p1", tool: "pay", input: { sum: 3 } }] }, "Paid."],
      options,
    );
    const first = client(major, "Assistant");
    await first.sendMessage({ text: "Pay 3." });
    const { messages } = (await ask(`/flows/Assistant/chat/${first.id}`)).body;
    const page = client(major, "Assistant", { id: first.id, messages });
    const part = page.messages[1].parts.find(({ type }: any) => type === "dynamic-tool");
    expect(part.state).toBe(major === 5 ? "input-available" : "approval-requested");
    if (major === 5) await page.addToolOutput({ tool: "pay", toolCallId: part.toolCallId, output: true });
    else await page.addToolApprovalResponse({ id: part.approval.id, approved: true });
    await page.sendMessage();
    expect([page.status, page.error]).toEqual(["ready", undefined]);
    expect(textOf(page.messages[1])).toContain("Paid.");
    expect(paid).toEqual(["paid 3"]);
  });

  test("sees once what is said again after a break", async () => {
    const { client } = await talkTo([
      { text: "The mill stands ", break: new Error("gone") },
      "The mill stands by the river.",
    ]);
    const chat = client(major, "Assistant");
    await chat.sendMessage({ text: "Where?" });
    expect(chat.error).toBeUndefined();
    expect(shown(chat.messages[1])).toMatchObject([{ type: "text", text: "The mill stands by the river." }]);
  });
});
