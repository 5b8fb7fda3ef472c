/** The server as a real client finds it, and what it remembers of that. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, generateText, jsonSchema, type ModelMessage, streamText, tool } from "ai";
import { afterEach, expect, test } from "vitest";
import {
  type ModelServer,
  type ModelServerOptions,
  newestText,
  newestToolResults,
  type Script,
  startModelServer,
} from "./index.js";

let server: ModelServer;
afterEach(() => server.close());

async function modelOf(script: Script, options: ModelServerOptions & { key?: string } = {}) {
  server = await startModelServer(script, options);
  const { key: apiKey = "any" } = options;
  return createOpenAICompatible({ name: "loop", baseURL: server.url, apiKey, includeUsage: true })("small");
}

const city = tool({ description: "weather", inputSchema: jsonSchema({ type: "object" }) });
const outcomes = () => server.asked.map(({ outcome }) => outcome);
const failure = (work: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(work).then(
    () => undefined,
    (error) => error,
  );

async function partsOf(stream: { readonly fullStream: AsyncIterable<{ readonly type: string }> }) {
  const parts: string[] = [];
  for await (const part of stream.fullStream) parts.push(part.type);
  return parts.filter((part, i) => part !== parts[i - 1]);
}

test("text, reasoning and usage, whole and streamed", async () => {
  const said = {
    reasoning: "let me think",
    text: "it rains 🌧 in Rome",
    usage: { input: 7, output: 9, cached: 2, reasoning: 3 },
  };
  const model = await modelOf([said, { ...said, pieceLength: 1 }]);
  const whole = await generateText({ model, prompt: "weather?" });
  const stream = streamText({ model, prompt: "weather?" });
  expect(await stream.text).toBe(said.text);
  expect(await stream.reasoningText).toBe(said.reasoning);
  expect([whole.text, whole.reasoningText]).toEqual([said.text, said.reasoning]);
  for (const usage of [whole.usage, await stream.usage]) {
    expect(usage).toMatchObject({ inputTokens: 7, outputTokens: 9, cachedInputTokens: 2, reasoningTokens: 3 });
  }
  expect(outcomes()).toEqual(["answered", "answered"]);
  expect(server.asked.map(({ request }) => newestText(request))).toEqual(["weather?", "weather?"]);
});

test("tool calls, several in one message, their arguments in fragments", async () => {
  const calls = [
    { name: "city", input: { name: "Rome" } },
    { name: "city", input: { name: "Oslo" }, id: "own" },
  ];
  const script: Script = (request) =>
    request.messages.at(-1)!.role === "tool"
      ? Object.values(newestToolResults(request)).join()
      : { calls, pieceLength: 2 };
  const model = await modelOf(script);
  const stream = streamText({ model, prompt: "weather?", tools: { city } });
  expect(await stream.toolCalls).toMatchObject([
    { toolCallId: "call-1-0", toolName: "city", input: { name: "Rome" } },
    { toolCallId: "own", input: { name: "Oslo" } },
  ]);
  const results = (await stream.toolCalls).map(({ toolCallId, toolName }, i) => {
    return {
      type: "tool-result" as const,
      toolCallId,
      toolName,
      output: { type: "text" as const, value: ["sun", "snow"][i]! },
    };
  });
  const answered = [...(await stream.response).messages, { role: "tool", content: results }] as ModelMessage[];
  const messages: ModelMessage[] = [{ role: "user", content: "weather?" }, ...answered];
  expect((await generateText({ model, messages, tools: { city } })).text).toBe("snow,sun");
});

test("what is broken is seen as broken", async () => {
  const model = await modelOf([
    { text: "a long answer that breaks off", breakOffAfter: 3 },
    { text: "a long answer without an end", endAfter: 3 },
    { text: "a long answer with an error", errorAfter: 3 },
    { raw: "data: {not json}\n\n" },
    { raw: "<html>", contentType: "text/html" },
    { text: "", usage: null },
    { calls: [{ name: "city", text: '{"name": "Ro' }] },
  ]);
  const ask = () => streamText({ model, prompt: "?", tools: { city }, maxRetries: 0, onError: () => {} });
  expect(await failure(partsOf(ask()))).toBeInstanceOf(APICallError);
  for (let i = 0; i < 3; i++) expect(await partsOf(ask())).toContain("error");
  expect(await failure(generateText({ model, prompt: "?", maxRetries: 0 }))).toBeInstanceOf(APICallError);
  expect(await partsOf(ask())).toEqual(["start", "start-step", "finish-step", "finish"]);
  expect((await ask().toolCalls)[0]).toMatchObject({ invalid: true });
  expect(outcomes()).toEqual([...Array(5).fill("broken"), "answered", "answered"]);
});

test("refusals: 429 with the time to wait, 401, 500, and a script that is over", async () => {
  const model = await modelOf(
    [{ status: 429, retryAfter: 0, message: "slow down" }, "well", { status: 500, body: "oh" }],
    {
      apiKey: "right",
      key: "right",
    },
  );
  expect((await generateText({ model, prompt: "?" })).text).toBe("well");
  const errors = [await failure(generateText({ model, prompt: "?", maxRetries: 0 }))];
  errors.push(await failure(generateText({ model, prompt: "?", maxRetries: 0 })));
  const other = createOpenAICompatible({ name: "loop", baseURL: server.url, apiKey: "wrong" })("small");
  errors.push(await failure(generateText({ model: other, prompt: "?", maxRetries: 0 })));
  expect(errors.map((error) => (error as APICallError).statusCode)).toEqual([500, 500, 401]);
  expect((errors[1] as Error).message).toBe("the script has 3 answers, no more");
  expect(outcomes()).toEqual(["refused", "answered", "refused", "refused"]);
});

test.each([
  ["a result without a call", [{ role: "tool", tool_call_id: "a", content: "" }], /must be a response/],
  ["a call without a result", [{ role: "assistant", tool_calls: [{ id: "a" }] }, { role: "user" }], /must be followed/],
  ["a doubled id", [{ role: "assistant", tool_calls: [{ id: "a" }, { id: "a" }] }], /Duplicate value/],
  ["no messages", [], /empty array/],
])("a request with %s is refused", async (_name, messages, said) => {
  server = await startModelServer(["never"]);
  const body = JSON.stringify({ model: "small", messages });
  const answer = await fetch(`${server.url}/chat/completions`, { method: "POST", body });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(said);
  expect(server.asked).toEqual([]);
});

test("a client that goes is seen to go, in silence and in the midst of a stream", async () => {
  const model = await modelOf([{ silent: true }, { text: "x".repeat(1_000_000), pauseMs: 1 }]);
  const leave = new AbortController();
  const silent = failure(generateText({ model, prompt: "?", abortSignal: leave.signal }));
  while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  leave.abort();
  await silent;
  const stop = new AbortController();
  const stream = streamText({ model, prompt: "?", abortSignal: stop.signal, onError: () => {} });
  for await (const part of stream.fullStream) if (part.type === "text-delta") stop.abort();
  while (outcomes().includes("open")) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(outcomes()).toEqual(["left", "left"]);
});

test("a long answer comes whole", { timeout: 180_000 }, async () => {
  const text = "0123456789".repeat(100_000);
  const model = await modelOf([{ text, pieceLength: 100 }]);
  expect(await streamText({ model, prompt: "?" }).text).toBe(text);
});
