/** Conversations and bulk work as QType's examples have them, moved over: retrieval, tools behind keys, rows of a file. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { aiSteps } from "@millrace/ai/document";
import { loadDocument } from "@millrace/document";
import { newestText, type Script, startModelServer } from "@millrace-tools/model-server";
import { type ChatMessage, type Flow, MemoryPersistence, textOf } from "millrace";
import { expect, onTestFinished, test } from "vitest";
import { type Files, folderOf } from "./support/ai-document.js";

const models = `
connections:
  local: { type: model-api, apiKey: "\${MODEL_KEY}", baseURL: "\${MODEL_URL}" }
models:
  - { id: nova, provider: local, model: nova-lite, connection: local, params: { temperature: 0.7, maxOutputTokens: 512 } }
`;

async function project(script: Script, yaml: string, { files = {}, env = {} }: { files?: Files; env?: Files } = {}) {
  const server = await startModelServer(script, { apiKey: "sk-right-1" });
  onTestFinished(() => server.close());
  const root = folderOf({ "flow.yaml": yaml, ...files });
  const persistence = new MemoryPersistence();
  const loaded = await loadDocument(join(root, "flow.yaml"), {
    stepTypes: aiSteps,
    env: { MODEL_URL: server.url, MODEL_KEY: "sk-right-1", ...env },
  });
  const flow = (id: string) => new loaded.flows[id]!({ persistence }) as Flow<any>;
  return { server, root, flow };
}

/** What QType has in `references`: a file of tools, with the key of their service. */
const search = `
connections:
  tavily: { type: http, baseUrl: "\${SEARCH_URL}", auth: { bearer: "\${SEARCH_KEY}" }, allowPrivate: true }
types:
  Result: { url: text, score: number? }
  Found: { answer: text?, results: "list[Result]" }
tools:
  search:
    description: Search the web.
    parameters: { query: text, max_results: { type: int, default: 5 } }
    type: http
    connection: tavily
    url: search
    json: { query: "{{ params.query }}", max_results: "{{ params.max_results }}" }
    as: Found
`;

const said = (text: string): ChatMessage => ({ id: text, role: "user", parts: [{ type: "text", text }] });
const words = (output: unknown) => textOf(output as ChatMessage);

test("a chat over one's own documents: they are put into an index, and what fits is told with each question", async () => {
  const { server, root, flow } = await project(
    (request) => `of ${request.messages.length}`,
    `${models}
memories: [{ id: recipe_chat_memory, window: { tokens: 10000 } }]
flows:
  - id: ingest
    steps:
      - { id: table, type: sql, file: recipes.db, write: true, sql: "create virtual table if not exists recipes using fts5(title, body)" }
      - { id: read, type: file-read, folder: data, path: recipes.jsonl, as: [{ title: text, body: text }] }
      - { id: recipe, type: explode, items: "{{ read }}" }
      - id: put
        type: sql
        file: recipes.db
        write: true
        sql: insert into recipes (title, body) values (:title, :body)
        params: { title: "{{ recipe.title }}", body: "{{ recipe.body }}" }
        workers: 1
      - { id: all, type: collect, failed: fail }
    outputs: { stored: "{{ size(all) }}" }
  - id: recipe_chat
    inputs: { user_message: ChatMessage }
    steps:
      - { id: question, type: echo, value: "{{ textOf(input.user_message) }}" }
      - id: search
        type: sql
        file: recipes.db
        sql: select title, body from recipes where recipes match :query order by rank limit 5
        params: { query: "{{ question }}" }
        as: [{ title: text, body: text }]
      - id: prompt
        type: template
        template: |-
          Recipes: {{ search.map(one, one.title + ": " + one.body).join("; ") }}
          Question: {{ question }}
      - id: assistant_response
        type: llm
        model: nova
        memory: recipe_chat_memory
        system: You are a cook.
        prompt: "{{ prompt }}"
        as: ChatMessage
`,
  );
  mkdirSync(join(root, "data"));
  const recipes = [
    { title: "Soup", body: "water, salt, leek" },
    { title: "Cake", body: "flour, sugar" },
  ];
  writeFileSync(join(root, "data", "recipes.jsonl"), recipes.map((one) => JSON.stringify(one)).join("\n"));
  expect((await flow("ingest").kickoff()).output).toEqual({ stored: 2 });
  const chat = flow("recipe_chat");
  const first = await chat.continue("ada", { user_message: said("leek") });
  expect(first.output).toMatchObject({ role: "assistant", parts: [{ type: "text", text: "of 2" }] });
  expect(words((await chat.continue("ada", { user_message: said("flour") })).output)).toBe("of 4");
  expect(server.asked.map(({ request }) => newestText(request))).toEqual([
    "Recipes: Soup: water, salt, leek\nQuestion: leek",
    "Recipes: Cake: flour, sugar\nQuestion: flour",
  ]);
  expect(server.asked[0]!.request).toMatchObject({ temperature: 0.7, max_tokens: 512 });
});

test("tools of services behind keys, for the model and as a step: the key is in no message, event or journal", async () => {
  const asked: { path: string; auth: string | undefined; body: unknown }[] = [];
  const service = createServer(async (request, response) => {
    asked.push({ path: request.url!, auth: request.headers.authorization, body: await bodyOf(request) });
    if (request.headers.authorization !== "Bearer tv-secret-1") return void response.writeHead(401).end();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ answer: "wet", results: [{ url: "https://a.example", score: 1 }] }));
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void service.close());
  const { server, flow } = await project(
    (request) =>
      request.messages.at(-1)!.role === "tool"
        ? `found ${newestText(request)}`
        : request.tools
          ? { calls: [{ name: "search", input: { query: "rain" } }] }
          : `about ${newestText(request)}`,
    `${models}
include: [./search.yaml]
memories: { chat_memory: { window: { tokens: 10000 } } }
flows:
  - id: agent_chat
    inputs: { user_message: ChatMessage }
    steps:
      - { id: response, type: agent, model: nova, memory: chat_memory, tools: [search], message: "{{ input.user_message }}", as: ChatMessage }
  - id: research
    inputs: { topic: text }
    steps:
      - { id: search_web, type: tool, tool: search, with: { query: "{{ input.topic }}" } }
      - { id: synthesize, type: llm, model: nova, prompt: "{{ input.topic }}: {{ search_web.answer }} {{ search_web.results[0].url }}" }
    outputs: { answer: "{{ synthesize }}" }
`,
    {
      files: { "search.yaml": search },
      env: { SEARCH_URL: `http://127.0.0.1:${(service.address() as AddressInfo).port}/`, SEARCH_KEY: "tv-secret-1" },
    },
  );
  const chat = flow("agent_chat");
  const events: unknown[] = [];
  chat.events.on("*", (event) => void events.push(event));
  const turn = await chat.continue("ada", { user_message: said("Will it rain?") });
  expect(words(turn.output)).toContain('found {"answer":"wet"');
  const again = await chat.continue("ada", { user_message: said("And tomorrow?") });
  expect(again.status).toBe("completed");
  expect((await flow("research").kickoff({ topic: "rain" })).output).toEqual({
    answer: "about rain: wet https://a.example",
  });
  expect(asked).toHaveLength(3);
  for (const { path, auth, body } of asked)
    expect([path, auth, body]).toMatchObject(["/search", "Bearer tv-secret-1", { query: "rain", max_results: 5 }]);
  const history = await chat.runs.history(turn.id);
  const told = JSON.stringify([events, history, server.asked.map(({ request }) => request), turn.state]);
  expect(told).not.toContain("tv-secret-1");
  expect(told).not.toContain("sk-right-1");
});

test("a model's answer for each row of a file, several at once, and what came of them in a file", async () => {
  const { root, flow, server } = await project(
    ({ messages }) => (JSON.stringify(messages).includes("moon") ? { status: 400, message: "no" } : "fine"),
    `${models}
flows:
  - id: process_file_data
    steps:
      - { id: read_data, type: file-read, path: batch_inputs.csv, as: [{ query: text, topic: text }] }
      - { id: row, type: explode, items: "{{ read_data }}" }
      - { id: answer, type: flow, flow: one, with: { query: "{{ row.query }}", topic: "{{ row.topic }}" }, workers: 4 }
      - { id: all, type: collect, value: { query: "{{ row.query }}", topic: "{{ row.topic }}", answer: "{{ answer }}" } }
      - { id: save, type: file-write, path: answers.csv, content: "{{ all.items }}" }
    outputs: { outputs: "{{ all.items }}", errors: "{{ all.errors }}" }
  - id: one
    inputs: { query: text, topic: text }
    steps:
      - { id: create_prompt, type: template, template: "Topic: {{ input.topic }}\\nQuestion: {{ input.query }}" }
      - { id: generate_answer, type: llm, model: nova, prompt: "{{ create_prompt }}", maxRetries: 0 }
`,
    { files: { "batch_inputs.csv": "query,topic\nhow long,rivers\nhow far,moon\nhow deep,lakes\n" } },
  );
  const { output, usage } = await flow("process_file_data").kickoff();
  expect(output).toMatchObject({
    outputs: [
      { query: "how long", topic: "rivers", answer: "fine" },
      { query: "how deep", topic: "lakes", answer: "fine" },
    ],
    errors: [{ index: 1, step: "answer", code: "CHILD_FAILED" }],
  });
  expect(readFileSync(join(root, "answers.csv"), "utf8")).toBe(
    "query,topic,answer\nhow long,rivers,fine\nhow deep,lakes,fine\n",
  );
  expect(server.asked).toHaveLength(3);
  expect(usage?.["local/nova-lite:requests"]).toBe(2);
});

test("a condition on what was said chooses who answers; inputs of the chat stand beside its message", async () => {
  const { flow, server } = await project(
    (request) => `${request.messages[0]!.content}`,
    `${models}
flows:
  - id: desk
    inputs: { user_message: ChatMessage, language: { type: text, default: English } }
    steps:
      - id: kind
        type: router
        cases:
          - { when: 'textOf(input.user_message).matches("(?i)refund")', label: refund }
          - { otherwise: other }
      - { id: pay, on: refund, type: llm, model: nova, system: "Refunds, in {{ input.language }}.", message: "{{ input.user_message }}", as: ChatMessage }
      - { id: talk, on: other, type: llm, model: nova, system: "Talk, in {{ input.language }}.", message: "{{ input.user_message }}", as: ChatMessage }
    outputs: { response: "{{ orElse(pay, talk) }}" }
`,
  );
  const desk = flow("desk");
  const ask = async (text: string, more = {}) =>
    words(((await desk.kickoff({ user_message: said(text), ...more })).output as { response: unknown }).response);
  expect(await ask("A REFUND, please")).toBe("Refunds, in English.");
  expect(await ask("Hello", { language: "Dutch" })).toBe("Talk, in Dutch.");
  expect(server.asked).toHaveLength(2);
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return text === "" ? undefined : JSON.parse(text);
}
