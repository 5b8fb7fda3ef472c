/** Models and memories that a document declares, used by a step type of a project's own, as a package for models would. */
import { join } from "node:path";
import {
  connectionRef,
  defineStepType,
  documentSchema,
  formatProblems,
  loadDocument,
  type Message,
  memoryRef,
  modelRef,
  type StepType,
  toolRef,
} from "@millrace/document";
import { type Flow, MemoryPersistence } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { projectOf } from "./support/project.js";

/** What the model was asked, and with which key. */
const requests: { readonly model: string; readonly key: unknown; readonly messages: readonly Message[] }[] = [];

/** Answers with its parameters; asked for the weather it calls a tool first. */
const llm = defineStepType({
  type: "llm",
  description: "Asks a model.",
  config: z.strictObject({
    model: modelRef(),
    memory: memoryRef().optional(),
    tools: z.array(toolRef()).default([]),
    prompt: z.string(),
  }),
  templates: ["prompt", "model"],
  connections: [
    { type: "llm-api", description: "A service of models.", config: z.strictObject({ apiKey: z.string().min(1) }) },
  ],
  output: () => z.string(),
  checkModel: ({ params }) =>
    params.temperature === undefined || typeof params.temperature === "number"
      ? []
      : [{ path: ["params", "temperature"], message: "The temperature is a number.", hint: "Write 0 to 2." }],
  async *run({ config, tools, project }) {
    const { connection, model, params } = project.model(config.model);
    const memory = config.memory === undefined ? undefined : project.memory(config.memory, tools);
    const question = { role: "user" as const, content: config.prompt };
    memory?.add(question);
    const messages = memory?.recent() ?? [question];
    requests.push({ model, key: connection?.apiKey, messages: JSON.parse(JSON.stringify(messages)) });
    const facts: unknown[] = [];
    for (const id of config.tools) {
      const tool = project.tool(id);
      const given = tool.parameters.parse({ city: config.prompt });
      facts.push(await tools.once(`tool:${id}`, () => tool.run({ params: given, tools })));
    }
    const answer = `${model} ${JSON.stringify(params)} heard ${messages.length}: ${facts.join()}`;
    for (const word of answer.split(" ")) yield `${word} `;
    tools.addUsage({ inputTokens: 5, outputTokens: 7 });
    memory?.add({ role: "assistant", content: answer });
    return answer;
  },
});

const code = `export const calls = []; export const weather = ({ city }) => { calls.push(city); return "sun in " + city; };`;
const document = `
connections:
  api: { type: llm-api, apiKey: "\${LLM_KEY}" }
models:
  - { id: fast, provider: test, model: fast-1, connection: api, params: { temperature: 0 } }
  - { id: other, provider: test }
memories:
  talk: { window: { messages: 3 }, description: What was said. }
tools:
  weather: { parameters: { city: text }, type: code, run: "./code.mjs#weather" }
flows:
  - id: chat
    steps:
      - { id: answer, type: llm, model: fast, memory: talk, tools: [weather], prompt: "{{ input.text }}" }
`;
const env = { LLM_KEY: "sk-very-secret" };
const load = async (yaml: string, stepTypes: readonly StepType[] = [llm as never]) => {
  const root = projectOf({ "flow.yaml": yaml, "code.mjs": code });
  return await loadDocument(join(root, "flow.yaml"), { stepTypes, env });
};
const problemsOf = (yaml: string) => load(yaml).then(() => "", formatProblems);

describe("a document's model and memory", () => {
  test("are what a step type of one's own asks and remembers by", async () => {
    const { flows } = await load(document);
    const persistence = new MemoryPersistence();
    const chat = new flows.chat!({ persistence }) as Flow<any>;
    requests.length = 0;
    const events: unknown[] = [];
    chat.events.on("*", (event) => void events.push(event));
    const first = await chat.continue("ada", { text: "Rome" });
    expect(first.status === "completed" && first.output).toBe('fast-1 {"temperature":0} heard 1: sun in Rome');
    expect(await chat.continue("ada", { text: "Oslo" })).toMatchObject({ usage: { inputTokens: 5 } });
    const third = await chat.continue("ada", { text: "Bern" });
    expect(third.state).toMatchObject({ talk: { length: 6 } });
    expect(requests.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ["Rome"],
      ["Rome", expect.stringContaining("sun in Rome"), "Oslo"],
      ["Oslo", expect.stringContaining("sun in Oslo"), "Bern"],
    ]);
    expect(requests.every(({ key }) => key === env.LLM_KEY)).toBe(true);
    const chunks = (events as { type: string; chunk?: string }[]).filter(({ type }) => type === "output.chunk");
    expect(chunks[0]).toMatchObject({ chunk: "fast-1 " });
    const told = JSON.stringify([events, await chat.runs.history(third.id), flows.chat!.plan()]);
    expect(told).not.toContain(env.LLM_KEY);
  });

  test("another session and another run remember on their own, a run that continues goes on", async () => {
    const { flows } = await load(document);
    const chat = new flows.chat!() as Flow<any>;
    await chat.continue("a", { text: "Rome" });
    expect((await chat.continue("b", { text: "Rome" })).state.talk).toHaveLength(2);
    const alone = await chat.kickoff({ text: "Rome" });
    expect(alone.state.talk).toHaveLength(2);
    expect((await chat.kickoff({ text: "Oslo" }, { continues: alone.id })).state.talk).toHaveLength(4);
  });

  test("a model may be named by an expression, which leads to one or fails the step", async () => {
    const yaml = document.replace("model: fast, memory: talk", `model: "{{ input.model }}"`);
    const chat = new (await load(yaml)).flows.chat!() as Flow<any>;
    const result = await chat.kickoff({ text: "Rome", model: "other" });
    expect(result.status === "completed" && result.output).toBe("other {} heard 1: sun in Rome");
    await expect(chat.kickoff({ text: "Rome", model: "fats" })).rejects.toThrow(/no model "fats"; is "fast" meant/);
  });

  test("two steps beside each other may both add to a memory", async () => {
    const more = `${document}      - { id: beside, type: llm, model: other, memory: talk, prompt: "{{ input.text }}", after: [] }\n`;
    const result = await (new (await load(more)).flows.chat!() as Flow<any>).kickoff({ text: "Rome" });
    expect(result.state.talk).toHaveLength(4);
  });

  test("expressions read it as part of the state", async () => {
    const more = `${document}      - { id: last, type: echo, value: "{{ state.talk[size(state.talk) - 1].role }}" }\n`;
    const result = await (new (await load(more)).flows.chat!() as Flow<any>).kickoff({ text: "Rome" });
    expect(result.status === "completed" && result.output).toBe("assistant");
  });
});

test("what a step tells while it runs, and what it stores, has no secrets", async () => {
  const loud = defineStepType({
    type: "loud",
    description: "Says what it should not.",
    config: z.strictObject({ model: modelRef() }),
    async run({ config, tools, project }) {
      const { connection } = project.model(config.model);
      tools.emit({ key: connection?.apiKey });
      const kept = await tools.once("kept", () => ({ sent: `Bearer ${String(connection?.apiKey)}` }));
      const failed = await tools
        .once("failed", () => Promise.reject(new Error(String(connection?.apiKey))))
        .catch(String);
      return await tools.ask(`Is ${kept.sent} right? ${failed} ${tools.call.step}`, { schema: z.string() });
    },
  });
  const yaml = document.replace(/- \{ id: answer.*/, "- { id: answer, type: loud, model: fast }");
  const { flows } = await load(yaml, [llm, loud] as never);
  const chat = new flows.chat!() as Flow<any>;
  const events: unknown[] = [];
  chat.events.on("*", (event) => void events.push(event));
  const result = await chat.kickoff();
  expect(result).toMatchObject({ waitingFor: [{ prompt: "Is Bearer [secret] right? Error: [secret] answer" }] });
  expect(JSON.stringify([events, await chat.runs.history(result.id)])).not.toContain(env.LLM_KEY);
});

describe("what is wrong is told where it stands", () => {
  const swapped = (from: string, to: string) => problemsOf(document.replace(from, to));

  test.each<[string, string, string, RegExp]>([
    ["an unknown model", "model: fast, m", "model: fasst, m", /flow.yaml:14:41 There is no model "fasst"; is "fast"/],
    ["an unknown memory", "memory: talk", "memory: tlak", /:14:55 There is no memory "tlak"; is "talk" meant/],
    ["an unknown tool", "[weather]", "[weather, wether]", /:14:78 There is no tool "wether"; is "weather" meant/],
    ["an unknown connection", "connection: api", "connection: apy", /:5:60 .*a connection "apy".*is "api" meant/],
    ["an unknown type of connection", "type: llm-api", "type: llm-ap", /:3:16 .*is "llm-api" meant/],
    ["a field of a connection", "apiKey:", "apikey:", /:3:25 "apikey" is no field.*is "apiKey" meant/],
    ["a field of a model", "provider: test, model:", "provder: test, model:", /:5:17 "provder" .* is "provider" meant/],
    ["a model without provider", "id: other, provider: test", "id: other", /:6:5 "provider" is missing/],
    [
      "a model twice",
      "id: other",
      "id: fast",
      /:6:11 The model "fast" is there already, at flow.yaml:5:11|flow.yaml:5/,
    ],
    ["a secret among params", "temperature: 0", "apiKey: x", /:5:83 .*no place for secrets/],
    ["what a step type can't do with a model", "temperature: 0", "temperature: hot", /:5:88 The temperature is a/],
    ["a window of nothing", "messages: 3", "messages: 0", /:8:31 "messages" is too small/],
    ["an empty window", "{ messages: 3 }", "{}", /:8:19 "window" says nothing/],
    ["an unknown window", "messages: 3", "mesages: 3", /:8:21 "mesages" is no field.*is "messages" meant/],
    ["a memory that can't be named", "talk: {", "my-talk: {", /:8:3 "id" is no id/],
    ["a memory named by an expression", "memory: talk", `memory: "{{ input.m }}"`, /There is no memory/],
    [
      "a memory and a field of the state",
      "- id: chat",
      "- id: chat\n    state: { talk: text }",
      /15:55 The memory "talk" bears the name of a field/,
    ],
    [
      "a tool that remembers",
      'type: code, run: "./code.mjs#weather"',
      "type: llm, model: fast, memory: talk, prompt: x",
      /:10:\d+ A tool has no memory/,
    ],
  ])("%s", async (...[, from, to, expected]) => {
    expect(await swapped(from, to)).toMatch(expected);
  });

  test("all at once", async () => {
    const yaml = document
      .replace("model: fast, memory", "model: fasst, memory")
      .replace("connection: api", "connection: apy");
    expect((await problemsOf(yaml)).match(/flow.yaml:/g)).toHaveLength(2);
  });

  test("a model that no step names is data, checked all the same", async () => {
    const only =
      "models: { a: { provider: x, prams: {} } }\nflows: [{ id: f, steps: [{ id: s, type: echo, value: 1 }] }]\n";
    expect(await problemsOf(only.replace(", prams: {}", ""))).toBe("");
    expect(await problemsOf(only)).toMatch(/flow.yaml:1:29 "prams" is no field of a model; is "params" meant/);
  });
});

test("a connection of a model has to fit where a step type says so", async () => {
  const direct = defineStepType({
    type: "direct",
    description: "By a connection.",
    config: z.strictObject({ via: connectionRef("llm-api") }),
    run: ({ config, project }) => project.connection(config.via).type,
  });
  const yaml = `connections: { db: { type: sqlite, file: a.db }, api: { type: llm-api, apiKey: x } }
flows: [{ id: f, steps: [{ id: s, type: direct, via: api }] }]`;
  const types = [llm, direct] as never;
  const flow = new (await load(yaml, types)).flows.f!() as Flow<any>;
  expect((await flow.kickoff()).output).toBe("llm-api");
  const wrong = await load(yaml.replace("via: api", "via: db"), types).catch(formatProblems);
  expect(wrong).toMatch(/:2:54 The connection "db" is of type sqlite; this step takes llm-api/);
});

test("editors complete connections of types that step types bring", () => {
  const { $defs } = documentSchema([llm as never]) as { $defs: { connection: { anyOf: readonly object[] } } };
  expect($defs.connection.anyOf).toContainEqual({
    type: "object",
    properties: {
      type: { type: "string", const: "llm-api", description: "A service of models." },
      description: { type: "string" },
      apiKey: { type: "string", minLength: 1 },
    },
    required: ["type", "apiKey"],
    additionalProperties: false,
  });
});
