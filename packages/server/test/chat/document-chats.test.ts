/** Chats of documents, as QType's users write them, and what the real clients see of them: agents, approvals, histories. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aiSteps } from "@millrace/ai/document";
import { loadDocument } from "@millrace/document";
import { describe, expect, onTestFinished, test } from "vitest";
import { newestText, startModelServer } from "../../../../tools/model-server/src/index.js";
import { majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { until } from "../support/until.js";
import { serve } from "./chat-server.js";

const chats = `
connections:
  local: { type: model-api, apiKey: "\${MODEL_KEY}", baseURL: "\${MODEL_URL}" }
models:
  - { id: nova_lite, provider: local, model: nova-lite, connection: local }
memories:
  - { id: chat_memory, window: { tokens: 10000 } }
tools:
  get_time: { description: The time of a city., parameters: { city: text }, type: template, template: "noon in {{ params.city }}" }
  refund: { description: Pays money back., parameters: { euros: int }, type: template, template: "paid {{ params.euros }}" }
flows:
  - id: agent_chat
    inputs: { user_message: ChatMessage, language: { type: text, default: English } }
    steps:
      - id: response
        type: agent
        model: nova_lite
        memory: chat_memory
        system: "Speak {{ input.language }}."
        tools: [get_time, { tool: refund, approval: true }]
        message: "{{ input.user_message }}"
        as: ChatMessage
  - id: stateless
    inputs: { user_message: ChatMessage, history: "list[ChatMessage]" }
    steps:
      - { id: response, type: llm, model: nova_lite, messages: "{{ input.history }}", message: "{{ input.user_message }}", as: ChatMessage }
`;

async function served() {
  const model = await startModelServer(
    (request) => {
      const said = newestText(request);
      if (request.messages.at(-1)!.role === "tool") return `It is ${said}.`;
      if (said.includes("time")) return { text: "I look.", calls: [{ name: "get_time", input: { city: "Rome" } }] };
      if (said.includes("refund")) return { calls: [{ name: "refund", input: { euros: 5 } }] };
      return `${request.messages[0]!.content} ${request.messages.length} told`;
    },
    { apiKey: "sk-right-1" },
  );
  const root = mkdtempSync(join(tmpdir(), "millrace-chats-"));
  onTestFinished(async () => {
    await model.close();
    rmSync(root, { recursive: true });
  });
  writeFileSync(join(root, "chats.yaml"), chats);
  const env = { MODEL_URL: model.url, MODEL_KEY: "sk-right-1" };
  const document = await loadDocument(join(root, "chats.yaml"), { stepTypes: aiSteps, env });
  return { model, ...(await serve({ flows: [], documents: [document] })) };
}

describe.each(majors)("a client of ai %i", (major) => {
  test("talks to an agent: inputs of the chat, a tool, the turn after it, another answer, an approval", async () => {
    const { client, ask } = await served();
    const chat = client(major, "agent_chat", { body: { language: "Dutch" } });
    await chat.sendMessage({ text: "Hello." });
    expect(textOf(chat.messages[1])).toBe("Speak Dutch. 2 told");
    await chat.sendMessage({ text: "What time is it?" });
    expect(chat.messages[3].parts.filter(({ type }: any) => type !== "step-start")).toMatchObject([
      { type: "text", text: "I look." },
      { toolName: "get_time", state: "output-available", input: { city: "Rome" }, output: "noon in Rome" },
      { type: "text", text: "It is noon in Rome." },
    ]);
    await chat.sendMessage({ text: "Thank you." });
    expect(textOf(chat.messages[5])).toBe("Speak Dutch. 8 told");
    await chat.regenerate();
    expect(textOf(chat.messages[5])).toBe("Speak Dutch. 8 told");
    expect(chat.messages).toHaveLength(6);
    await chat.sendMessage({ text: "A refund, please." });
    const { toolCallId, ...part } = chat.messages.at(-1).parts.find(({ type }: any) => type === "dynamic-tool");
    expect(part).toMatchObject({ toolName: "refund", state: "input-available", input: { euros: 5 } });
    await chat.addToolOutput({ tool: "refund", toolCallId, output: true });
    await chat.sendMessage();
    await until(() => chat.status === "ready");
    expect([chat.error, textOf(chat.messages.at(-1))]).toEqual([undefined, "It is paid 5."]);
    const { body } = await ask(`/flows/agent_chat/chat/${chat.id}`);
    expect(body.messages.map(({ role }: any) => role).join()).toBe("user,assistant,".repeat(4).slice(0, -1));
  });

  test("is the memory of a flow that has none", async () => {
    const { client, model } = await served();
    const chat = client(major, "stateless");
    await chat.sendMessage({ text: "one" });
    await chat.sendMessage({ text: "two" });
    expect([chat.error, textOf(chat.messages[3])]).toEqual([undefined, "one 3 told"]);
    expect(model.asked[1]!.request.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  });
});
