/** Typed answers of services that heed schemas, of those that do not, and of those that refuse them. */
import { intent } from "@millrace/ai";
import type { ChatRequest } from "@millrace-tools/model-server";
import { Flow, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { asking } from "./support/asking.js";
import { loop, modelAt } from "./support/loop.js";

const output = z.object({ city: z.string() });
/** Of a schema that no other test tells. */
const ownOutput = (name: string) => z.object({ city: z.string().describe(name) });
const systemOf = ({ messages }: ChatRequest) => JSON.stringify(messages.filter(({ role }) => role === "system"));

test("a service that says nothing of schemas is told in words, one that takes them by its own means alone", async () => {
  const { server, model } = await loop([{ json: { city: "Rome" } }, { json: { city: "Rome" } }]);
  const plain = modelAt(server.url, "small", { schemas: false });
  for (const one of [plain, model])
    expect((await asking({ model: one, system: "Be kind.", prompt: "?", output })).result.output).toEqual({
      city: "Rome",
    });
  const [first, second] = server.asked.map(({ request }) => request);
  expect(first!.response_format).toEqual({ type: "json_object" });
  expect(systemOf(first!)).toMatch(/Be kind\.[\s\S]*city/);
  expect(second!.response_format).toMatchObject({ type: "json_schema" });
  expect(systemOf(second!)).not.toContain("city");
});

test.each(["This response_format type is unavailable now", "'response_format.type' must be 'json_schema' or 'text'"])(
  "a service that refuses (%s) is told in words, from then on at once",
  async (message) => {
    const { server, model } = await loop(({ response_format }) =>
      response_format ? { status: 400, message } : '```json\n{"city": "Rome"}\n```',
    );
    const schema = ownOutput(message);
    expect((await asking({ model, prompt: "?", output: schema })).result).toMatchObject({
      output: { city: "Rome" },
      usage: { requests: 1 },
    });
    await asking({ model, prompt: "?", output: schema });
    expect(server.asked.map(({ outcome }) => outcome)).toEqual(["refused", "answered", "answered"]);
    expect(systemOf(server.asked[1]!.request)).toContain("city");
  },
);

test("what else is refused stays refused", async () => {
  const { model, outcomes } = await loop([{ status: 400, message: "temperature is out of range" }]);
  expect((await asking({ model, prompt: "?", output })).error).toMatchObject({ code: "AI_PROVIDER_FAILED" });
  expect(outcomes()).toEqual(["refused"]);
});

test.each([
  ["in a fence", 'Here you are:\n```json\n{"city": "Rome"}\n```\nAnything else?'],
  ["in a fence without a language", '```\n{"city": "Rome"}\n```'],
  ["among words", 'The answer is {"city": "Rome"}, I think.'],
  ["after thoughts", '<think>{"city": "Oslo"}? no</think>{"city": "Rome"}'],
  ["after another block", '```python\nx = {}\n```\n```json\n{"city": "Rome"}\n```'],
])("JSON %s is taken as it is", async (_, text) => {
  const { model, server } = await loop([{ text }]);
  expect((await asking({ model, prompt: "?", output })).result.output).toEqual({ city: "Rome" });
  expect(server.asked).toHaveLength(1);
});

test("a choice may be one word, a list may stand by itself", async () => {
  const { model } = await loop(["good", '["a", "b"]', '"bad"']);
  const choice = z.enum(["good", "bad"]);
  expect((await asking({ model, prompt: "?", output: choice })).result.output).toBe("good");
  expect((await asking({ model, prompt: "?", output: z.array(z.string()) })).result.output).toEqual(["a", "b"]);
  expect((await asking({ model, prompt: "?", output: choice })).result.output).toBe("bad");
});

test("what does not fit is told what is wrong with it, and asked again", async () => {
  const { model, server } = await loop([
    { reasoning: "hm", json: { city: 7 } },
    "I would rather not",
    { reasoning: "ah", json: { city: "Rome" } },
  ]);
  const { result, usage, chunks } = await asking({ model, prompt: "?", output });
  expect(result).toMatchObject({ output: { city: "Rome" }, steps: 1, usage: { requests: 3, inputTokens: 30 } });
  expect(usage).toMatchObject({ "loop/small:requests": 3 });
  expect(result.messages).toHaveLength(1);
  const types = chunks.map(({ type }) => type as string);
  for (const once of ["start-step", "reasoning-start", "finish-step"])
    expect(types.filter((type) => type === once)).toHaveLength(1);
  expect(chunks.findLast(({ type }) => type === "object-delta").object).toEqual({ city: "Rome" });
  const [, second, third] = server.asked.map(({ request }) => request.messages);
  expect(second!.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  expect(JSON.stringify(second!.at(-1))).toMatch(/expected string[\s\S]*JSON Schema/);
  expect(third).toHaveLength(3);
});

test("so many times, not more; and not what was cut off", async () => {
  const { model, server } = await loop(() => "never");
  const { error, usage } = await asking({ model, prompt: "?", output });
  expect(error).toMatchObject({ code: "AI_OUTPUT_INVALID", retryable: true, details: { problems: [] } });
  expect([server.asked.length, usage!["loop/small:requests"]]).toEqual([3, 3]);
  await asking({ model, prompt: "?", output, corrections: 0 });
  expect(server.asked).toHaveLength(4);

  const cut = await loop([{ text: '{"city": "Ro', finishReason: "length" }]);
  const { error: short } = await asking({ model: cut.model, prompt: "?", output });
  expect(short).toMatchObject({ code: "AI_OUTPUT_INVALID", hint: expect.stringContaining("maxOutputTokens") });
  expect(cut.server.asked).toHaveLength(1);
});

test("where the correction itself fails, the answer stays what it was", async () => {
  const { model, server } = await loop([{ json: { city: 7 } }, { status: 400, message: "no more" }]);
  const { error } = await asking({ model, prompt: "?", output });
  expect(error).toMatchObject({ code: "AI_OUTPUT_INVALID" });
  expect(server.asked).toHaveLength(2);
});

test("an intent of a small service that does not know schemas", async () => {
  const { server } = await loop(["Billing it is.", "billing"]);
  class Sorts extends Flow {
    @start() sort() {
      const model = modelAt(server.url, "small", { schemas: false });
      return intent({ model, message: "my bill?", intents: { billing: "Invoices.", other: "All else." } });
    }
  }
  expect((await new Sorts().kickoff()).outputs.sort).toBe("billing");
});

test("a megabyte that is no JSON is told at once", async () => {
  const { model } = await loop([{ text: "{[``` \n".repeat(150_000), pieceLength: 100_000 }]);
  const { error } = await asking({ model, prompt: "?", output, corrections: 0 });
  expect(error).toMatchObject({ code: "AI_OUTPUT_INVALID" });
});

test("what a provider can't do stands in the log of the step and in the result, and is printed nowhere", async () => {
  const { model } = await loop(["Rome"]);
  const printed: unknown[] = [];
  const logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (text: string) => void logged.push(text),
    error: () => undefined,
  };
  const logged: string[] = [];
  const before = globalThis.AI_SDK_LOG_WARNINGS;
  globalThis.AI_SDK_LOG_WARNINGS = (...given: unknown[]) => void printed.push(...given);
  try {
    const { result } = await asking({ model, prompt: "?", settings: { topK: 5 } }, {}, { logger });
    expect(result.warnings).toHaveLength(1);
  } finally {
    globalThis.AI_SDK_LOG_WARNINGS = before;
  }
  expect(printed).toEqual([]);
  expect(logged).toEqual([expect.stringMatching(/^Model "loop\/small": "topK" is not supported\./)]);
});
