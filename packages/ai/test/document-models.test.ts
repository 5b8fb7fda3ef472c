/** What documents say of models: how they are reached, and what of it is wrong. */
import { aiSteps } from "@millrace/ai/document";
import { documentSchema } from "@millrace/document";
import { type Answer, type ModelServer, startModelServer } from "@millrace-tools/model-server";
import { FlowError, type FlowEvent } from "millrace";
import { describe, expect, onTestFinished, test } from "vitest";
import { acme, flowOf, problemsOf } from "./support/ai-document.js";

describe("over a connection", () => {
  const yaml = `
connections: { local: { type: model-api, apiKey: "\${LOCAL_KEY}", baseURL: "\${LOCAL_URL}", headers: { x-team: red } } }
models: { m: { provider: local, model: tiny, connection: local, params: { temperature: 0 } } }
flows: [{ id: one, steps: [{ id: answer, type: llm, model: m, prompt: hi, maxRetries: 0 }] }]
`;
  const serve = async (...says: Answer[]): Promise<ModelServer> => {
    const server = await startModelServer(says, { apiKey: "a-secret-key" });
    onTestFinished(() => server.close());
    return server;
  };

  test("a compatible service is asked with key, headers and settings; nothing secret is told", async () => {
    const server = await serve({ text: "hello" });
    const flow = await flowOf(yaml, {}, { LOCAL_KEY: "a-secret-key", LOCAL_URL: server.url });
    const events: FlowEvent[] = [];
    flow.events.on("*", (event: FlowEvent) => void events.push(event));
    const result = await flow.kickoff();
    expect(result.output).toBe("hello");
    expect(result.usage).toMatchObject({ "local/tiny:input_tokens": 10, "local/tiny:output_tokens": 5 });
    expect(server.asked[0]).toMatchObject({ headers: { "x-team": "red" }, request: { model: "tiny", temperature: 0 } });
    const stored = JSON.stringify([events, await flow.runs.history(result.id)]);
    expect(stored).not.toContain("a-secret-key");
  });

  test("a wrong key is told without it", async () => {
    const server = await serve();
    const flow = await flowOf(yaml, {}, { LOCAL_KEY: "another-key", LOCAL_URL: server.url });
    const error = await flow.kickoff().catch((error: unknown) => error);
    expect(FlowError.is(error, "AI_KEY_REFUSED")).toBe(true);
    expect(JSON.stringify(error) + String((error as Error).message)).not.toContain("another-key");
  });
});

describe("what is wrong is told where it stands", () => {
  const yaml = `
connections: { c: { type: model-api, apiKey: x } }
models:
  - { id: fast, provider: acme, model: fast, params: { temperature: 0 } }
memories: { talk: {} }
tools: { a: { parameters: { x: text }, type: echo, value: 1 } }
flows:
  - id: one
    steps:
      - { id: s, type: agent, model: fast, memory: talk, tools: [a], prompt: hi }
`;
  test.each<[string, string, string, RegExp]>([
    [
      "an unknown model",
      "model: fast, memory",
      "model: fsat, memory",
      /:10:\d+ There is no model "fsat"; is "fast" meant/,
    ],
    [
      "a provider",
      "provider: acme",
      "provider: opnai",
      /:4:\d+ Nobody here serves models of "opnai"; is "openai" meant/,
    ],
    [
      "a provider by name",
      "model: fast, memory",
      "model: anthropic/x, memory",
      /:10:\d+ Nobody here serves models of "anthropic"[\s\S]*npm install @ai-sdk\/anthropic/,
    ],
    [
      "one of a list",
      "model: fast, memory",
      "model: [fast, opnai/x], memory",
      /:10:\d+ Nobody here serves models of "opnai"/,
    ],
    [
      "a compatible service without address",
      "provider: acme,",
      "provider: openai-compatible, connection: c,",
      /:4:\d+ A compatible service needs a `baseURL`/,
    ],
    [
      "a setting by another name",
      "temperature: 0",
      "max_tokens: 5",
      /:4:\d+ There is no setting "max_tokens"; is "maxOutputTokens" meant/,
    ],
    [
      "a setting that does not fit",
      "temperature: 0",
      "temperature: hot",
      /:4:\d+ The setting "temperature" does not fit/,
    ],
    [
      "a connection of what the project serves itself",
      "provider: acme,",
      "provider: acme, connection: c,",
      /:4:\d+ "acme" is reached by what was given to `provideModels`/,
    ],
    ["the system by another name", "prompt: hi", "system_message: hi", /"system_message" .*here it is "system"/],
    ["the steps by another name", "prompt: hi", "prompt: hi, max_iterations: 3", /here it is "maxSteps"/],
    ["the type of the answer", "prompt: hi", "prompt: hi, output_schema: x", /here it is "as"[\s\S]*as: Review/],
    ["a setting of the step", "prompt: hi", "prompt: hi, max_tokens: 5", /"settings"[\s\S]*maxOutputTokens: 500/],
    ["a key by another name", "apiKey: x", "api_key: x", /here it is "apiKey"/],
    ["an address by another name", "apiKey: x", "host: x", /here it is "baseURL"/],
    ["another library's inference", "type: agent", "type: LLMInference", /here it is "llm"[\s\S]*`as` for the type/],
    ["another library's agent", "type: agent", "type: Agent", /here it is "agent"/],
    ["nothing asked", "memory: talk, tools: [a], prompt: hi", "tools: [a]", /:10:\d+ Nothing is asked/],
    ["an unknown tool", "tools: [a]", "tools: [b]", /:10:\d+ There is no tool "b"/],
    ["an unknown flow", "tools: [a]", "tools: [{ flow: oone }]", /:10:\d+ There is no flow "oone"; is "one" meant/],
    ["a tool twice", "tools: [a]", "tools: [a, { tool: a }]", /:10:\d+ Two tools are called "a"/],
    ["no tools", "tools: [a], ", "", /:10:\d+ "tools" is missing/],
    ["a type", "prompt: hi", "prompt: hi, as: Reveiw", /:10:\d+ .*Reveiw/],
    ["a duration", "prompt: hi", "prompt: hi, requestTimeout: soon", /:10:\d+ "requestTimeout" is no duration/],
    ["a field", "prompt: hi", "promt: hi", /"promt" .*is "prompt" meant/],
  ])("%s", async (...[, from, to, expected]) => {
    acme({ fast: [] });
    expect(await problemsOf(yaml)).toBe("");
    expect(yaml).toContain(from);
    expect(await problemsOf(yaml.replace(from, to))).toMatch(expected);
  });
});

test("editors complete them", () => {
  const text = JSON.stringify(documentSchema(aiSteps));
  for (const word of ['"llm"', '"agent"', '"intent"', '"model-api"', '"maxSteps"', '"approval"'])
    expect(text).toContain(word);
});
