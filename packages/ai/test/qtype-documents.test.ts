/** Documents of models, agents and tools as QType's users write them, with a service that is reached by its address. */

import type { Script } from "@millrace-tools/model-server";
import { startModelServer } from "@millrace-tools/model-server";
import { expect, onTestFinished, test } from "vitest";
import { flowOf } from "./support/ai-document.js";

async function serviceOf(script: Script) {
  const server = await startModelServer(script, { apiKey: "sk-right-1" });
  onTestFinished(() => server.close());
  return { server, env: { MODEL_URL: server.url, MODEL_KEY: "sk-right-1" } };
}

const models = `
connections:
  local: { type: model-api, apiKey: "\${MODEL_KEY}", baseURL: "\${MODEL_URL}" }
models:
  small: { provider: local, model: small-1, connection: local, params: { temperature: 0 }, prices: { input: 1, output: 2 } }
`;

test("prompt template, inference, decoder: a typed answer of a model behind an address", async () => {
  const { server, env } = await serviceOf([{ text: '```json\n{"sentiment":"positive","rating":5}\n```' }]);
  const document = `${models}
types: { Review: { sentiment: text, rating: int } }
flows:
  - id: analyze
    inputs: { review_text: text }
    steps:
      - { id: prompt, type: template, template: "Analyze: {{ input.review_text }}" }
      - { id: answer, type: llm, model: small, prompt: "{{ prompt }}" }
      - { id: review, type: decode, text: "{{ answer }}", as: Review }
`;
  const { output, usage } = await (await flowOf(document, {}, env)).kickoff({ review_text: "Amazing." });
  expect(output).toEqual({ sentiment: "positive", rating: 5 });
  expect(server.asked[0]!.request).toMatchObject({ model: "small-1", temperature: 0 });
  expect(server.asked[0]!.headers.authorization).toBe("Bearer sk-right-1");
  expect(Object.entries(usage!).filter(([name]) => /tokens|cost/.test(name))).toHaveLength(3);
});

test("a service that is reached by its address is told what a typed answer must be", async () => {
  const { server, env } = await serviceOf([{ json: { rating: 5 } }]);
  const document = `${models}
flows:
  - id: rate
    inputs: { text: text }
    steps: [{ id: rate, type: llm, model: small, prompt: "{{ input.text }}", as: { rating: int } }]
`;
  const { output } = await (await flowOf(document, {}, env)).kickoff({ text: "Amazing." });
  expect(output).toEqual({ rating: 5 });
  expect(server.asked[0]!.request).toMatchObject({
    response_format: { type: "json_schema", json_schema: { schema: { properties: { rating: { type: "integer" } } } } },
  });
});

test("a service that reads no schema is told it in words; what does not fit it is told so, as often as the step says", async () => {
  const { server, env } = await serviceOf(({ messages }) => (messages.length > 2 ? '{"rating": 5}' : "five!"));
  const document = (more: string) => `${models}
flows:
  - id: rate
    inputs: { text: text }
    steps: [{ id: rate, type: llm, model: small, prompt: "{{ input.text }}", as: { rating: int }${more} }]
`;
  const { output } = await (await flowOf(document(""), {}, env)).kickoff({ text: "Amazing." });
  expect(output).toEqual({ rating: 5 });
  const [{ request }] = server.asked as [(typeof server.asked)[0]];
  expect(request.messages[0]).toMatchObject({ role: "system", content: expect.stringContaining('"rating"') });
  const once = (await flowOf(document(", corrections: 0"), {}, env)).kickoff({ text: "Amazing." });
  await expect(once).rejects.toMatchObject({ code: "AI_OUTPUT_INVALID" });
});

test("an agent calls tools and flows until it has an answer", async () => {
  const { server, env } = await serviceOf((request) =>
    request.messages.at(-1)!.role === "tool"
      ? "sun and an article"
      : {
          calls: [
            { name: "weather", input: { city: "Rome" } },
            { name: "write", input: { topic: "Rome" } },
          ],
        },
  );
  const document = `${models}
tools:
  weather: { description: the weather, parameters: { city: text }, type: template, template: "sun in {{ params.city }}" }
flows:
  - id: help
    inputs: { question: text }
    steps:
      - id: agent
        type: agent
        model: small
        tools: [weather, { flow: write, description: writes }]
        prompt: "{{ input.question }}"
  - id: write
    inputs: { topic: text }
    steps:
      - { id: text, type: template, template: "about {{ input.topic }}" }
`;
  const flow = await flowOf(document, {}, env);
  const { output } = await flow.kickoff({ question: "Rome?" });
  expect(output).toBe("sun and an article");
  const results = server.asked[1]!.request.messages.filter(({ role }) => role === "tool").map(({ content }) => content);
  expect(results).toEqual(["sun in Rome", expect.stringContaining("about Rome")]);
});

test("facts of each topic by several workers; the one whose model fails does not stop the others", async () => {
  const { env } = await serviceOf(({ messages }) => {
    const asked = JSON.stringify(messages);
    return asked.includes("moon")
      ? { status: 400, message: "nothing is known" }
      : asked.includes("sun")
        ? "bright"
        : "wet";
  });
  const document = `${models}
flows:
  - id: facts
    inputs: { topics: "list[text]" }
    steps:
      - { id: topic, type: explode, items: "{{ input.topics }}" }
      - { id: fact, type: llm, model: small, prompt: "of {{ topic }}", workers: 4 }
      - { id: all, type: collect }
`;
  const { output } = await (await flowOf(document, {}, env)).kickoff({ topics: ["sun", "moon", "rain"] });
  expect(output).toMatchObject({
    items: ["bright", "wet"],
    errors: [{ index: 1, step: "fact", code: "AI_PROVIDER_FAILED" }],
  });
});

test("a chat with a memory of so many tokens, over the turns of its session", async () => {
  const { server, env } = await serviceOf(({ messages }) => `answer ${messages.length} ${"word ".repeat(30)}`);
  const document = `${models}
memories: { talk: { window: { tokens: 60 } } }
flows:
  - id: chat
    inputs: { message: ChatMessage }
    steps:
      - { id: answer, type: llm, model: small, memory: talk, system: Be kind., message: "{{ input.message }}", as: ChatMessage }
`;
  const flow = await flowOf(document, {}, env);
  for (const text of ["one", "two", "three", "four"]) {
    const message = { id: text, role: "user" as const, parts: [{ type: "text", text }] };
    const { output } = await flow.continue("ada", { message });
    expect(output).toMatchObject({ role: "assistant", parts: [{ type: "text" }] });
  }
  const told = server.asked.map(({ request }) => request.messages.length);
  expect(told[0]).toBe(2);
  expect(told[3]).toBeLessThan(8);
  expect(JSON.stringify(server.asked[3]!.request.messages)).toContain("four");
});
