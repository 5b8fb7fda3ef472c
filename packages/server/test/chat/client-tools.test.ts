/** Tools of a model that run at the client: real clients answer them by `addToolOutput`. */
import { flowTool, generate, reply, textOf as said, tool } from "@millrace/ai";
import { ChatMessage, Flow, memory, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { scriptedModel, told } from "../../../ai/test/support/scripted-model.js";
import { majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { until } from "../support/until.js";
import { serve } from "./chat-server.js";

const call = (id: string) => ({ id, tool: "where", input: { exact: true } });

async function talk(says: Parameters<typeof scriptedModel>[0]) {
  const model = scriptedModel(says);
  class Guide extends Flow<typeof Guide> {
    static inputs = z.object({ message: ChatMessage });
    static state = z.object({ history: memory() });
    static output = ChatMessage;

    @start() async answer({ message }: { message: ChatMessage }) {
      const where = tool({ parameters: z.object({ exact: z.boolean() }), output: z.object({ city: z.string() }) });
      const sun = tool({ parameters: z.object({}), run: () => "sunny" });
      const tools = { where, sun };
      return reply(await generate({ model, memory: "history", prompt: said(message), tools, maxRetries: 0 }));
    }
  }
  return { ...(await serve({ flows: [Guide] })), model };
}

const calls = (message: any) => message.parts.filter(({ toolCallId }: any) => toolCallId);
/** Of the call in the newest message that the model gave this id to. */
const idOf = (chat: any, made: string) =>
  calls(chat.messages.at(-1)).find(({ toolCallId }: any) => toolCallId.startsWith(`${made}_`)).toolCallId;

describe.each(majors)("a client of ai %i", (major) => {
  test("runs its own tools, two of one message too, and goes on by itself", async () => {
    const { client, model, ask } = await talk([
      { text: "Let me see.", calls: [call("a"), { id: "s", tool: "sun", input: {} }, call("b")] },
      "Sunny in Rome.",
    ]);
    const chat = client(major, "Guide", { again: "outputs" });
    await chat.sendMessage({ text: "Where am I?" });
    expect(calls(chat.messages[1])).toMatchObject([
      { toolName: "where", state: "input-available", input: { exact: true } },
      { toolName: "sun", state: "output-available" },
      { toolName: "where", state: "input-available" },
    ]);
    const { body } = await ask(`/flows/Guide/chat/${chat.id}`);
    expect(calls(body.messages[1])).toEqual(
      expect.arrayContaining([expect.objectContaining({ toolCallId: idOf(chat, "a"), state: "input-available" })]),
    );
    for (const id of ["b", "a"])
      await chat.addToolOutput({ tool: "where", toolCallId: idOf(chat, id), output: { city: "Rome" } });
    await until(() => chat.status === "ready" && textOf(chat.messages[1]).includes("Sunny"));
    expect(chat.error).toBeUndefined();
    expect(chat.messages).toHaveLength(2);
    expect(textOf(chat.messages[1])).toBe("Let me see.Sunny in Rome.");
    expect(calls(chat.messages[1]).map(({ state }: any) => state)).toEqual(Array(3).fill("output-available"));
    expect(told(model, 1).at(-1)).toContain('{"city":"Rome"}');
    expect(model.asked).toBe(2);
  });

  test("says that a tool has failed there; what does not fit is refused", async () => {
    const { client, model } = await talk([{ calls: [call("a")] }, "I do not know."]);
    const chat = client(major, "Guide");
    await chat.sendMessage({ text: "Where am I?" });
    await chat.addToolOutput({ tool: "where", toolCallId: idOf(chat, "a"), output: "Rome" });
    await chat.sendMessage();
    expect(JSON.parse(chat.error!.message)).toMatchObject({ status: 422, code: "ANSWER_INVALID" });
    await chat.addToolOutput({
      state: "output-error",
      tool: "where",
      toolCallId: idOf(chat, "a"),
      errorText: "not allowed",
    });
    await chat.sendMessage();
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(calls(chat.messages[1])).toMatchObject([{ state: "output-error" }]);
    expect(textOf(chat.messages[1])).toBe("I do not know.");
    expect(told(model, 1).at(-1)).toContain("not allowed");
  });
});

describe.each(["remembered", "forgotten", "left"] as const)(
  "where each answer counts its calls anew, and the earlier is %s",
  (kind) => {
    test.each(majors)("a client of ai %i answers a call of the newest message", async (major) => {
      const first = kind === "left" ? call("call_0") : { id: "call_0", tool: "sun", input: {} };
      const model = scriptedModel([
        { calls: [first] },
        ...(kind === "left" ? [] : ["Sunny."]),
        { calls: [call("call_0")] },
        "In Rome.",
      ]);
      class Guide extends Flow<typeof Guide> {
        static inputs = z.object({ message: ChatMessage });
        static state = z.object({ history: memory() });
        static output = ChatMessage;
        @start() async answer({ message }: { message: ChatMessage }) {
          const where = tool({ parameters: z.object({ exact: z.boolean() }) });
          const tools = { where, sun: tool({ parameters: z.object({}), run: () => "sunny" }) };
          const told = kind === "forgotten" ? {} : { memory: "history" };
          return reply(await generate({ model, ...told, prompt: said(message), tools }));
        }
      }
      const { client } = await serve({ flows: [Guide] });
      const chat = client(major, "Guide");
      await chat.sendMessage({ text: "Is it sunny?" });
      await chat.sendMessage({ text: "Where am I?" });
      const [open] = calls(chat.messages[3]);
      expect(open).toMatchObject({ toolName: "where", state: "input-available" });
      await chat.addToolOutput({ tool: "where", toolCallId: open.toolCallId, output: "Rome" });
      await chat.sendMessage();
      expect([chat.status, chat.error]).toEqual(["ready", undefined]);
      expect(calls(chat.messages[3])).toMatchObject([{ state: "output-available", output: "Rome" }]);
      expect(textOf(chat.messages[3])).toBe("In Rome.");
    });
  },
);

test.each(majors)(
  "with a call for approval and a flow that asks, of one message, a client of ai %i answers one by one",
  async (major) => {
    class Count extends Flow<typeof Count> {
      static inputs = z.object({});
      @start() async count() {
        return this.ask("How many?", { schema: z.number() });
      }
    }
    const names = ["count", "where", "pay"];
    const model = scriptedModel([{ calls: names.map((name) => ({ id: name, tool: name, input: {} })) }, "All done."]);
    class Mixed extends Flow<typeof Mixed> {
      static inputs = z.object({ message: ChatMessage });
      static output = ChatMessage;
      @start() async answer() {
        const parameters = z.object({});
        const pay = tool({ parameters, approval: true, run: () => "paid" });
        const tools = { count: flowTool(Count), where: tool({ parameters }), pay };
        return reply(await generate({ model, prompt: "?", tools }));
      }
    }
    const { client } = await serve({ flows: [Mixed], chat: { steps: false, ...(major > 5 && { client: major }) } });
    const chat = client(major, "Mixed");
    await chat.sendMessage({ text: "Go." });
    const states = () => calls(chat.messages[1]).map(({ toolName, state }: any) => `${toolName} ${state}`);
    const find = (name: string) => calls(chat.messages[1]).find(({ toolName }: any) => toolName === name);
    await chat.addToolOutput({ tool: "where", toolCallId: find("where").toolCallId, output: "Rome" });
    await chat.sendMessage();
    const asked = major === 5 ? "input-available" : "approval-requested";
    const open = ["count input-available", "where output-available"];
    expect(states()).toEqual([...open, `pay ${asked}`, "ask input-available"]);
    if (major === 5) await chat.addToolOutput({ tool: "pay", toolCallId: find("pay").toolCallId, output: true });
    else await chat.addToolApprovalResponse({ id: find("pay").approval.id, approved: true });
    await chat.sendMessage();
    expect(states()).toEqual([...open, "pay output-available", "ask input-available"]);
    await chat.addToolOutput({ tool: "ask", toolCallId: find("ask").toolCallId, output: 7 });
    await chat.sendMessage();
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(calls(chat.messages[1]).map(({ output }: any) => output)).toEqual([7, "Rome", "paid", 7]);
    expect(textOf(chat.messages[1])).toBe("All done.");
  },
);

test("anybody may answer such a call over HTTP", async () => {
  const { client, ask, post } = await talk([{ calls: [call("a")] }, "In Rome."]);
  const chat = client(6, "Guide");
  await chat.sendMessage({ text: "Where am I?" });
  const [question] = (await ask("/questions")).body.questions;
  const answered = await post(`/questions/${encodeURIComponent(question.id)}?wait=5s`, { output: { city: "Rome" } });
  expect(answered.status).toBe(200);
  const { body } = await ask(`/flows/Guide/chat/${chat.id}`);
  expect(textOf(body.messages[1])).toBe("In Rome.");
});
