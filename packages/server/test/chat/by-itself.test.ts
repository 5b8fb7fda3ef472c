/** Clients that send a message back by themselves, once its tools have ended: they do so when somebody waits for it, and never else. */
import { generate, reply, textOf as said, tool } from "@millrace/ai";
import * as ai6 from "ai";
import * as ai5 from "ai5";
import * as ai7 from "ai7";
import { ChatMessage, Flow, listen, memory, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Say, scriptedModel } from "../../../ai/test/support/scripted-model.js";
import { type Major, majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { pause } from "./chat-flows.js";
import { serve } from "./chat-server.js";

const kits = { 5: ai5, 6: ai6, 7: ai7 } as const;

const message = z.object({ message: ChatMessage });
const says = (parts: ChatMessage["parts"] = []): ChatMessage => ({ id: "r", role: "assistant", parts });

class Called extends Flow<typeof Called> {
  static inputs = message;
  static output = ChatMessage;
  @start() answer({ message }: { message: ChatMessage }) {
    const words = said(message);
    if (words.includes("call")) this.emit({ type: "tool-input-available", toolCallId: "a", toolName: "w", input: {} });
    if (words.includes("end")) this.emit({ type: "tool-output-available", toolCallId: "a", output: 1 });
    if (words.includes("fail")) throw new Error("no");
    if (!words.includes("returns")) return says();
    const state = words.includes("open") ? "input-available" : "output-available";
    return says([
      { type: "text", text: "t" },
      { type: "tool-w", toolCallId: "b", state, input: {}, output: 1 },
    ]);
  }
}

class Asking extends Flow<typeof Asking> {
  static inputs = message;
  static output = ChatMessage;
  @start() async answer({ message }: { message: ChatMessage }) {
    await this.ask("a?", { schema: z.string() });
    if (said(message) === "twice") await this.ask("b?", { schema: z.string() });
    return said(message);
  }
  @listen("answer") async end(words: string) {
    if (words === "sleeps") await this.sleep("1h");
    return says();
  }
}

/** A client that sends by itself whenever the AI SDK's own conditions hold, and what it has sent. */
async function lab(major: Major, flow: typeof Called | typeof Asking) {
  const options = major === 5 ? {} : { client: major };
  const { client, ask } = await serve({ flows: [flow], chat: { steps: false, ...options } });
  const sent = { posts: 0 };
  const counting: typeof fetch = (...request) => {
    if (++sent.posts > 10) throw new Error("it sends without end");
    return fetch(...request);
  };
  const chat: any = client(major, flow.name, { fetch: counting });
  const kit: any = kits[major];
  chat.sendAutomaticallyWhen = (state: any) =>
    kit.lastAssistantMessageIsCompleteWithToolCalls(state) ||
    (kit.lastAssistantMessageIsCompleteWithApprovalResponses?.(state) ?? false);
  const rests = async () => {
    for (let still = 0; still < 5; still++) {
      const { posts } = sent;
      await pause(20);
      if (chat.status !== "ready" && chat.status !== "error") still = -1;
      if (sent.posts !== posts) still = -1;
    }
    const stored = (await ask(`/flows/${flow.name}/chat/${chat.id}`)).body;
    return { stored, status: chat.status, error: chat.error };
  };
  return { chat, sent, rests };
}

const open = (chat: any): any =>
  chat.messages.at(-1).parts.find(({ state }: any) => state === "input-available" || state === "approval-requested");

/** Whether the AI SDK takes what is stored. */
async function isValid(messages: unknown): Promise<void> {
  for (const read of [await ai6.safeValidateUIMessages({ messages }), await ai7.safeValidateUIMessages({ messages })])
    expect(read.success ? undefined : read.error).toBeUndefined();
}

describe.each(majors)("a client of ai %i", (major) => {
  test.each(["call end", "call", "returns", "returns open", "call end returns"])(
    "sends a reply not back that ends with a tool: %s",
    async (words) => {
      const { chat, sent, rests } = await lab(major, Called);
      await chat.sendMessage({ text: words });
      const { stored, ...now } = await rests();
      expect(now).toEqual({ status: "ready", error: undefined });
      expect(sent.posts).toBe(1);
      expect(open({ messages: stored.messages })).toBeUndefined();
      await isValid(stored.messages);
    },
  );

  test("sends a reply not back that failed after a tool", async () => {
    const { chat, sent, rests } = await lab(major, Called);
    await chat.sendMessage({ text: "call end fail" });
    expect((await rests()).status).toBe("error");
    expect(sent.posts).toBe(1);
  });

  test.each([
    ["once", 1],
    ["twice", 2],
    ["sleeps", 1],
  ])("sends each answer back once, also where nothing is said after it: %s", async (words, answers) => {
    const { chat, sent, rests } = await lab(major, Asking);
    await chat.sendMessage({ text: words });
    for (let n = 0; n < answers; n++) {
      await rests();
      await chat.addToolOutput({ tool: "ask", toolCallId: open(chat).toolCallId, output: "yes" });
    }
    const { stored, ...now } = await rests();
    expect(now).toEqual({ status: "ready", error: undefined });
    expect([sent.posts, stored.status]).toEqual([1 + answers, words === "sleeps" ? "waiting" : "completed"]);
    await isValid(stored.messages);
  });
});

const call = (name: string, id: string) => ({ id, tool: name, input: {} });
const scripts: Record<string, Say[]> = {
  "one after the other": [{ calls: [call("pay", "p1")] }, { calls: [call("pay", "p2")] }, "end"],
  "two at once": [{ text: "A", calls: [call("pay", "p1"), call("pay", "p2")] }, "end"],
  "and a call of the client's": [{ calls: [call("pay", "p1")] }, { calls: [call("where", "w1")] }, "end"],
  "of a call that is the client's": [{ calls: [call("payWhere", "b1")] }, "end"],
  "with nothing said at the end": [{ calls: [call("pay", "p1")] }, ""],
};

function desk(script: readonly Say[]) {
  const model = scriptedModel(script);
  class Desk extends Flow<typeof Desk> {
    static inputs = message;
    static state = z.object({ history: memory() });
    static output = ChatMessage;
    @start() async answer({ message }: { message: ChatMessage }) {
      const parameters = z.object({});
      const output = z.object({ city: z.string() });
      const pay = tool({ parameters, approval: true, run: () => "paid" });
      const tools = {
        pay,
        where: tool({ parameters, output }),
        payWhere: tool({ parameters, output, approval: true }),
      };
      return reply(await generate({ model, memory: "history", prompt: said(message), tools, maxRetries: 0 }));
    }
  }
  return Desk;
}

describe.each(majors)("approvals, a client of ai %i:", (major) => {
  const cases = Object.keys(scripts).flatMap((name) => [true, false].map((approved) => [name, approved] as const));
  test.each(cases)("%s, approved: %s", async (name, approved) => {
    const { chat, rests } = await lab(major, desk(scripts[name]!) as never);
    await chat.sendMessage({ text: "go" });
    await rests();
    const asked = new Set<string>();
    for (let part = open(chat); part; part = open(chat)) {
      const { toolCallId, toolName } = part;
      // of a call that is the client's 5 is asked twice: whether, and for the call
      const isOwn = toolName === "where" || (toolName === "payWhere" && asked.has(toolCallId));
      asked.add(toolCallId);
      if (part.state === "approval-requested")
        await chat.addToolApprovalResponse({ id: part.approval.id, approved, reason: "so it is" });
      else await chat.addToolOutput({ tool: toolName, toolCallId, output: isOwn ? { city: "Rome" } : approved });
      await rests();
    }
    const { stored, ...now } = await rests();
    expect(now).toEqual({ status: "ready", error: undefined });
    expect(stored.status).toBe("completed");
    expect(textOf(stored.messages[1])).toBe(textOf(chat.messages[1]));
    await isValid(stored.messages);
    if (major === 5) return;
    const decided = stored.messages[1].parts.filter(({ toolName }: any) => toolName === "pay");
    for (const part of decided) expect(part.approval).toMatchObject({ approved, reason: "so it is" });
  });
});

class Told extends Flow<typeof Told> {
  static inputs = message;
  static output = ChatMessage;
  @start() answer() {
    this.emit({ type: "message-metadata", messageMetadata: { model: "m", usage: { input: 1 }, runId: "no" } });
    this.emit({ type: "message-metadata", messageMetadata: "nothing" });
    return { ...says([{ type: "text", text: "t" }]), metadata: { usage: { output: 2 }, list: [1] } };
  }
}

test.each(majors)("what a flow tells of its reply is the message's metadata, ai %i", async (major) => {
  const { client, ask } = await serve({ flows: [Told] });
  const chat = client(major, "Told");
  await chat.sendMessage({ text: "hi" });
  const { messages } = (await ask(`/flows/Told/chat/${chat.id}`)).body;
  const { runId, ...told } = messages[1].metadata;
  expect(told).toEqual({ model: "m", usage: { input: 1, output: 2 }, list: [1] });
  expect(messages[1].id).toBe(`reply-${runId}`);
  const second = client(major, "Told", { id: chat.id, messages: messages.slice(0, 1) });
  await second.resumeStream();
  for (const { messages: shown } of [chat, second]) expect(shown[1].metadata).toEqual(messages[1].metadata);
});
