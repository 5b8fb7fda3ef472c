/** What a model says over a real connection, through the provider's real package, with each major of "ai". */
import { flowTool, tool } from "@millrace/ai";
import { newestText, newestToolResults } from "@millrace-tools/model-server";
import { Flow, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { asking, deltasOf, typesOf } from "./support/asking.js";
import { loop } from "./support/loop.js";

const weather = tool({
  description: "the weather of a city",
  parameters: z.object({ city: z.string() }),
  run: ({ city }) => ({ city, sky: "blue" }),
});

test("a text: result, usage, chunks, and what was asked", async () => {
  const { model, server } = await loop([
    { reasoning: "think first", text: "rivers run", usage: { input: 7, output: 9, cached: 2, reasoning: 3 } },
  ]);
  const { result, usage, chunks } = await asking({
    model,
    system: "Be short.",
    prompt: "rivers?",
    settings: { temperature: 0.5 },
  });
  expect(result).toMatchObject({ text: "rivers run", finishReason: "stop", toolCalls: [] });
  expect(usage).toEqual({
    "loop/small:input_tokens": 7,
    "loop/small:output_tokens": 9,
    "loop/small:cached_input_tokens": 2,
    "loop/small:reasoning_tokens": 3,
    "loop/small:requests": 1,
  });
  const types = typesOf(chunks);
  // where the reasoning ends, the majors do not agree
  expect(types.filter((type) => type !== "reasoning-end")).toEqual([
    "start-step",
    "reasoning-start",
    "reasoning-delta",
    "text-start",
    "text-delta",
    "text-end",
    "finish-step",
  ]);
  expect(types).toContain("reasoning-end");
  expect([deltasOf(chunks, "reasoning-delta"), deltasOf(chunks, "text-delta")]).toEqual(["think first", "rivers run"]);
  expect(JSON.stringify(chunks)).not.toContain("null");
  const [{ request, headers }] = server.asked as [(typeof server.asked)[0]];
  expect(request).toMatchObject({ model: "small", temperature: 0.5, stream: true });
  expect(request.messages.map(({ role }) => role)).toEqual(["system", "user"]);
  expect(headers.authorization).toBe("Bearer sk-secret-1");
});

test("without a stream the same, and no chunks", async () => {
  const { model } = await loop([{ reasoning: "think first", text: "rivers run" }]);
  const { result, chunks, usage } = await asking({ model, prompt: "rivers?", stream: false });
  expect(result.text).toBe("rivers run");
  expect(usage).toMatchObject({ "loop/small:input_tokens": 10, "loop/small:output_tokens": 5 });
  expect(chunks).toEqual([]);
});

/** An id of a call as the service gave it. */
const made = (id: unknown) => String(id).replace(/_[0-9a-f]{16}$/, "");

test("two calls of one tool in one message both run, and are answered in one request", async () => {
  const calls = ["Rome", "Oslo"].map((city) => ({ name: "weather", input: { city } }));
  const { model, server, outcomes } = await loop((request) =>
    request.messages.at(-1)!.role === "tool"
      ? Object.values(newestToolResults(request)).join()
      : { calls, pieceLength: 3 },
  );
  const { result, chunks, usage } = await asking({ model, prompt: "weather?", tools: { weather } });
  expect(result.text).toContain("Rome");
  expect(result.text).toContain("Oslo");
  expect(result.toolCalls).toHaveLength(2);
  expect(outcomes()).toEqual(["answered", "answered"]);
  expect(usage).toMatchObject({ "loop/small:requests": 2, "loop/small:input_tokens": 20 });
  const available = chunks.filter(({ type }) => type === "tool-input-available");
  expect(available.map(({ input }) => input)).toEqual([{ city: "Rome" }, { city: "Oslo" }]);
  const outputs = chunks.filter(({ type }) => type === "tool-output-available");
  expect(outputs.map(({ toolCallId }) => made(toolCallId)).sort()).toEqual(["call-1-0", "call-1-1"]);
  expect(deltasOf(chunks, "tool-input-delta")).toBe('{"city":"Rome"}{"city":"Oslo"}');
  expect(server.asked[0]!.request.tools![0]!.function.name).toBe("weather");
});

test("what is wrong with a call is told to the model, beside the results of the right ones", async () => {
  const calls = [
    { name: "weather", input: { city: "Rome" } },
    { name: "weather", input: { city: 7 } },
    { name: "weather", text: '{"city": "Ro' },
    { name: "wether", input: {} },
    { name: "broken", input: {} },
  ];
  const broken = tool({
    parameters: z.object({}),
    run: () => {
      throw new Error("no power");
    },
  });
  const { model, server } = await loop((request) => (request.messages.at(-1)!.role === "tool" ? "well" : { calls }));
  const { result, chunks } = await asking({ model, prompt: "weather?", tools: { weather, broken } });
  expect(result.text).toBe("well");
  const results = Object.entries(newestToolResults(server.asked[1]!.request));
  expect(results).toHaveLength(5);
  const byId = Object.fromEntries(results);
  expect(byId["call-1-0"]).toContain("blue");
  expect(byId["call-1-3"]).toContain("weather");
  expect(byId["call-1-4"]).toContain("no power");
  const types = chunks.flatMap(({ type, toolCallId }) => (/error/.test(type) ? [`${type} ${made(toolCallId)}`] : []));
  expect(types.sort()).toEqual([
    "tool-input-error call-1-1",
    "tool-input-error call-1-2",
    "tool-input-error call-1-3",
    "tool-output-error call-1-4",
  ]);
});

test("a flow as a tool is a run of its own, whose model's usage counts", async () => {
  const { model } = await loop((request) => {
    if (newestText(request) === "inner") return "said inside";
    return request.messages.at(-1)!.role === "tool"
      ? newestText(request)
      : { calls: [{ name: "inner", input: { topic: "x" } }] };
  });
  class Inner extends Flow<typeof Inner> {
    static inputs = z.object({ topic: z.string() });
    @start() async talk() {
      const { generate } = await import("@millrace/ai");
      return (await generate({ model, prompt: "inner" })).text;
    }
  }
  const { result, usage } = await asking({
    model,
    prompt: "outer",
    tools: { inner: flowTool(Inner, { description: "inner" }) },
  });
  expect(result.text).toBe("said inside");
  expect(usage).toMatchObject({ "loop/small:requests": 3 });
});

test("a typed answer comes typed, and bit by bit", async () => {
  const { model, server } = await loop([{ json: { city: "Rome", days: [1, 2, 3] }, pieceLength: 4 }]);
  const output = z.object({ city: z.string(), days: z.array(z.number()) });
  const { result, chunks } = await asking({ model, prompt: "plan", output });
  expect(result.output).toEqual({ city: "Rome", days: [1, 2, 3] });
  const objects = chunks.flatMap((chunk) => (chunk.type === "object-delta" ? [chunk.object] : []));
  expect(objects.length).toBeGreaterThan(1);
  expect(objects.at(-1)).toEqual({ city: "Rome", days: [1, 2, 3] });
  expect(typesOf(chunks)).not.toContain("text-delta");
  expect(server.asked[0]!.request.response_format).toMatchObject({ type: "json_schema" });
});

test("a list and a choice can be asked for too", async () => {
  const { model } = await loop((request) => {
    const asked = JSON.stringify(request.response_format);
    return { json: asked.includes("enum") ? { result: "good" } : { result: [{ n: 1 }, { n: 2 }] } };
  });
  const list = await asking({ model, prompt: "?", output: z.array(z.object({ n: z.number() })) });
  expect(list.result?.output).toEqual([{ n: 1 }, { n: 2 }]);
  const choice = await asking({ model, prompt: "?", output: z.enum(["good", "bad"]) });
  expect(choice.result?.output).toBe("good");
});

test.each([
  ["no JSON", { text: "I would rather not" }],
  ["another shape", { json: { city: 7 } }],
  ["half of it", { text: '{"city": "Ro' }],
  ["nothing", { text: "" }],
])("a typed answer that is %s fails with its code", async (_name, said) => {
  const { model } = await loop([said]);
  const { error, usage } = await asking({
    model,
    prompt: "plan",
    output: z.object({ city: z.string() }),
    corrections: 0,
  });
  expect(error).toMatchObject({ code: "AI_OUTPUT_INVALID", retryable: true });
  expect(usage).toMatchObject({ "loop/small:requests": 1 });
});

test("an empty answer is an empty text", async () => {
  const { model } = await loop([{ text: "" }]);
  expect((await asking({ model, prompt: "?" })).result).toMatchObject({ text: "", finishReason: "stop" });
});

test.each(["input-available", "approval-requested", "approval-responded"])(
  "a history whose call of a tool was left at %s goes on without it",
  async (state) => {
    const { model, server } = await loop(["Hello again."]);
    const part = { type: "tool-weather", toolCallId: "c", state, input: { city: "Rome" }, approval: { id: "a" } };
    const messages = [
      { id: "1", role: "user" as const, parts: [{ type: "text", text: "Rome?" }] },
      { id: "2", role: "assistant" as const, parts: [{ type: "text", text: "I look." }, part] },
      { id: "3", role: "user" as const, parts: [{ type: "text", text: "Still there?" }] },
    ];
    const { result } = await asking({ model, messages, tools: { weather } });
    expect(result.text).toBe("Hello again.");
    expect(JSON.stringify(server.asked[0])).not.toContain("tool_calls");
  },
);
