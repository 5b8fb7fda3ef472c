/** Models that say too much, call tools that are none, and use ids that are no ids; tools that answer what can't be kept. */
import { tool } from "@millrace/ai";
import { newestText, newestToolResults, type ToolCallSaid } from "@millrace-tools/model-server";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { asking, deltasOf } from "./support/asking.js";
import { loop } from "./support/loop.js";

vi.setConfig({ testTimeout: 120_000 });

const megabyte = "0123456789abcdef".repeat(65_536);
const seen: number[] = [];
const count = tool({
  parameters: z.object({ n: z.number() }),
  run: ({ n }) => {
    seen.push(n);
    return n * 2;
  },
});

/** Calls these, and is then content. */
const calling =
  (...calls: readonly ToolCallSaid[]) =>
  (request: Parameters<typeof newestText>[0]) =>
    request.messages.at(-1)!.role === "tool" ? "well" : { calls };

test("an answer of a megabyte, in ten thousand pieces, comes whole", async () => {
  const { model } = await loop([{ text: megabyte, pieceLength: 100 }]);
  const { result, chunks } = await asking({ model, prompt: "?" });
  expect(result.text === megabyte).toBe(true);
  expect(deltasOf(chunks, "text-delta") === megabyte).toBe(true);
});

test("a typed answer of a megabyte does not take the square of its length", async () => {
  const list = Array.from({ length: 20_000 }, (_, n) => ({ n, text: `the number ${n} of many` }));
  const { model } = await loop([{ json: { list }, pieceLength: 100 }]);
  const output = z.object({ list: z.array(z.object({ n: z.number(), text: z.string() })) });
  const { result, chunks } = await asking({ model, prompt: "?", output });
  expect(result.output.list).toHaveLength(20_000);
  expect(chunks.filter(({ type }) => type === "object-delta").length).toBeLessThan(500);
});

test("a prompt of five megabytes is asked", async () => {
  const { model } = await loop((request) => String(newestText(request).length));
  const { result } = await asking({ model, prompt: megabyte.repeat(5) });
  expect(result.text).toBe(String(megabyte.length * 5));
});

test("two hundred calls in one message are made once each and answered together", async () => {
  seen.length = 0;
  const calls = Array.from({ length: 200 }, (_, n) => ({ name: "count", input: { n } }));
  const { model, server } = await loop(calling(...calls));
  const { result, usage } = await asking({ model, prompt: "?", tools: { count } });
  expect(result.text).toBe("well");
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  expect(Object.keys(newestToolResults(server.asked[1]!.request))).toHaveLength(200);
  expect(result.toolCalls.map(({ output }: { output: number }) => output)).toEqual(
    calls.map(({ input }) => input.n * 2),
  );
  expect(usage).toMatchObject({ "loop/small:requests": 2 });
});

test.each([
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "",
  "count ",
  "COUNT",
  "a/b",
  "💥",
  "x".repeat(10_000),
])("a call of %j, which is no tool, is told to the model", async (name) => {
  const { model, server } = await loop(calling({ name, input: {} }), { strict: false });
  const { result, error } = await asking({ model, prompt: "?", tools: { count } });
  // some names no provider package takes
  if (error) return expect(error.code).toMatch(/^AI_/);
  expect(result.text).toBe("well");
  expect(result.toolCalls).toMatchObject([{ status: "invalid" }]);
  expect(Object.keys(newestToolResults(server.asked[1]!.request))).toHaveLength(1);
});

test.each(["__proto__", "constructor", "a/b:c#d?e", "../../etc/passwd", "\u0000\u0001", "💥", "x".repeat(10_000), " "])(
  "a call whose id is %j is made and answered",
  async (id) => {
    const { model, server } = await loop(calling({ name: "count", input: { n: 4 }, id }), { strict: false });
    const { result } = await asking({ model, prompt: "?", tools: { count } });
    expect(result.text).toBe("well");
    expect(result.toolCalls).toMatchObject([{ status: "done", output: 8 }]);
    expect(server.asked[1]!.request.messages.at(-1)!.content).toContain("8");
  },
);

test("ids that are used twice, in one message and in the next, are calls of their own", async () => {
  seen.length = 0;
  const call = (n: number) => ({ name: "count", input: { n }, id: "call_0" });
  const { model, server } = await loop([{ calls: [call(1), call(2)] }, { calls: [call(3)] }, "well"]);
  const { result, chunks } = await asking({ model, prompt: "?", tools: { count } });
  expect(result.text).toBe("well");
  expect(seen.sort()).toEqual([1, 2, 3]);
  expect(server.asked.map(({ outcome }) => outcome)).toEqual(["answered", "answered", "answered"]);
  const ids = chunks.flatMap(({ type, toolCallId }) => (type === "tool-output-available" ? [toolCallId] : []));
  expect(new Set(ids).size).toBe(3);
});

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
class Money {
  readonly cents = 5;
}

test.each<[string, unknown]>([
  ["a function", () => 1],
  ["a circle", cyclic],
  ["an instance of a class", new Money()],
  ["a symbol", Symbol("x")],
])("a tool that answers %s, which can't be kept, fails the step", async (_name, value) => {
  const { model } = await loop(calling({ name: "odd", input: {} }));
  const odd = tool({ parameters: z.object({}), run: () => value });
  const { error } = await asking({ model, prompt: "?", tools: { odd } });
  expect(error).toMatchObject({ code: "STATE_NOT_SERIALIZABLE", step: "talk" });
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["a date", new Date(0)],
  ["a big number", 2n ** 70n],
  ["a map", new Map([["a", 1]])],
  ["an empty text", ""],
  ["a megabyte", megabyte],
  ["not a number", Number.NaN],
  ["bytes", new Uint8Array([1, 2, 3])],
  ["an error as a value", { error: "no" }],
])("a tool may answer %s", async (_name, value) => {
  const { model, server } = await loop(calling({ name: "odd", input: {} }));
  const odd = tool({ parameters: z.object({}), run: () => value });
  const { result } = await asking({ model, prompt: "?", tools: { odd } });
  expect(result.text).toBe("well");
  expect(result.toolCalls).toMatchObject([{ status: "done" }]);
  expect(server.asked[1]!.request.messages.at(-1)).toMatchObject({ role: "tool", tool_call_id: "call-1-0" });
});

test.each<[string, unknown]>([
  ["an error", new Error("no power")],
  ["a text", "no power"],
  ["nothing", undefined],
  ["null", null],
  ["an object", { why: "no power" }],
])("a tool may throw %s: the model is told", async (_name, thrown) => {
  const { model, server } = await loop(calling({ name: "odd", input: {} }));
  const odd = tool({
    parameters: z.object({}),
    run: () => {
      throw thrown;
    },
  });
  const { result } = await asking({ model, prompt: "?", tools: { odd } });
  expect(result.text).toBe("well");
  expect(result.toolCalls).toMatchObject([{ status: "failed" }]);
  expect(newestText(server.asked[1]!.request)).not.toContain(" at ");
});

test("a model that never stops calling is stopped", async () => {
  const { model, server } = await loop(() => ({ calls: [{ name: "count", input: { n: 1 } }] }));
  const { result } = await asking({ model, prompt: "?", tools: { count }, maxSteps: 4 });
  expect(result.finishReason).toBe("max-steps");
  expect(server.asked).toHaveLength(5);
  expect(result.toolCalls).toHaveLength(4);
  expect(result.messages.at(-1)).toMatchObject({ role: "tool" });
});
