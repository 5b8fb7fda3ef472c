/** Flows of documents, as they are served: what they answer is told by their steps. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provideModels } from "@millrace/ai";
import { aiSteps } from "@millrace/ai/document";
import { loadDocument } from "@millrace/document";
import { createServer } from "@millrace/server";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { expect, onTestFinished, test } from "vitest";

const listed = async (text: string) => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-served-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "flows.yaml"), text);
  const server = await createServer({ documents: [join(folder, "flows.yaml")] });
  onTestFinished(() => server.close());
  return async (path: string): Promise<unknown> => (await server.fetch(new Request(`http://localhost${path}`))).json();
};

test("a message in and a message out: a chat", async () => {
  const get = await listed(`
flows:
  - id: echo
    description: Says what it hears.
    inputs: { message: ChatMessage }
    outputs: { reply: "{{ input.message }}" }
    steps: [{ id: hear, type: template, template: heard }]
`);
  expect(await get("/flows")).toEqual({
    flows: [{ name: "echo", kind: "chat", description: "Says what it hears." }],
  });
});

test("a chat that asks a model, in two branches, and remembers", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-served-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, "chat.yaml"),
    `
memories: { talk: {} }
flows:
  - id: chat
    inputs: { message: ChatMessage }
    steps:
      - { id: sort, type: router, cases: [{ when: size(state.talk) == 0, label: first }, { otherwise: later }] }
      - { id: greet, on: first, type: llm, model: doc/tiny, memory: talk, message: "{{ input.message }}", as: ChatMessage }
      - { id: go, on: later, type: llm, model: doc/tiny, memory: talk, message: "{{ input.message }}", as: ChatMessage }
    outputs: { reply: "{{ orElse(greet, go) }}" }
`,
  );
  onTestFinished(provideModels({ doc: counting }));
  const document = await loadDocument(join(folder, "chat.yaml"), { stepTypes: aiSteps });
  const server = await createServer({ documents: [document] });
  onTestFinished(() => server.close());
  const say = async (text: string) => {
    const messages = [{ id: text, role: "user", parts: [{ type: "text", text }] }];
    const response = await server.fetch(
      new Request("http://localhost/flows/chat/chat", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ id: "ada", messages, trigger: "submit-message" }),
      }),
    );
    const chunks = [...(await response.text()).matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => JSON.parse(json!));
    return chunks.flatMap(({ type, delta }) => (type === "text-delta" ? [delta] : [])).join("");
  };
  expect(await say("one")).toBe("1 heard");
  expect(await say("two")).toBe("3 heard");
});

/** A model that says how many messages it was told. */
const counting = (modelId: string) =>
  new MockLanguageModelV3({
    provider: "doc",
    modelId,
    doStream: async ({ prompt }) => {
      const usage = {
        inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
        outputTokens: { total: 1, text: 1, reasoning: 0 },
      };
      const chunks = [
        { type: "text-start", id: "1" },
        { type: "text-delta", id: "1", delta: `${prompt.length} heard` },
        { type: "text-end", id: "1" },
        { type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage },
      ] as const;
      return { stream: simulateReadableStream({ chunks: [...chunks], chunkDelayInMs: null }) };
    },
  });

test("what its last step makes is its output", async () => {
  const get = await listed(`
flows:
  - id: greeting
    inputs: { name: text }
    steps: [{ id: greet, type: template, template: "Hello, {{ input.name }}" }]
`);
  expect(await get("/flows/greeting")).toMatchObject({ kind: "complete", output: { type: "string" } });
});
