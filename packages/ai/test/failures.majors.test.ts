/** What goes wrong over a real connection, with each major of "ai": one clear error, the request ended, no key told. */
import { generate } from "@millrace/ai";
import type { Answer } from "@millrace-tools/model-server";
import { Flow, start } from "millrace";
import { expect, test, vi } from "vitest";
import { asking, deltasOf, typesOf } from "./support/asking.js";
import { loop, modelAt } from "./support/loop.js";

vi.setConfig({ testTimeout: 120_000 });

const until = async (ready: () => boolean) => {
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test.each<{ name: string; answer: Answer; code: string; retryable: boolean }>([
  {
    name: "a refused key",
    answer: { status: 401, message: "Incorrect API key provided: sk-secret-1" },
    code: "AI_KEY_REFUSED",
    retryable: false,
  },
  {
    name: "too many requests",
    answer: { status: 429, retryAfter: 7, message: "slow down" },
    code: "AI_RATE_LIMITED",
    retryable: true,
  },
  {
    name: "a broken server",
    answer: { status: 500, message: "key sk-secret-1 failed" },
    code: "AI_PROVIDER_FAILED",
    retryable: true,
  },
  {
    name: "a bad gateway's page",
    answer: { status: 502, body: "<html>bad gateway</html>" },
    code: "AI_PROVIDER_FAILED",
    retryable: true,
  },
  {
    name: "a bad request",
    answer: { status: 400, message: "Unknown parameter" },
    code: "AI_PROVIDER_FAILED",
    retryable: false,
  },
  {
    name: "an unknown model",
    answer: { status: 404, code: "model_not_found", message: "no such model" },
    code: "AI_MODEL_UNKNOWN",
    retryable: false,
  },
  {
    name: "too long a context",
    answer: { status: 400, code: "context_length_exceeded", message: "maximum context length is 8 tokens" },
    code: "AI_CONTEXT_TOO_LONG",
    retryable: false,
  },
  {
    name: "a content filter's refusal",
    answer: { status: 400, code: "content_filter", message: "content management policy" },
    code: "AI_REFUSED",
    retryable: false,
  },
  {
    name: "a page that is no answer",
    answer: { raw: "<html>", contentType: "text/html" },
    code: "AI_STREAM_BROKEN|AI_PROVIDER_FAILED",
    retryable: true,
  },
  { name: "garbage as a stream", answer: { raw: "data: {not json}\n\n" }, code: "AI_PROVIDER_FAILED", retryable: true },
  { name: "a stream of nothing", answer: { raw: "" }, code: "AI_STREAM_BROKEN|AI_PROVIDER_FAILED", retryable: true },
  {
    name: "a connection that is cut",
    answer: { text: "a long answer breaks off", breakOffAfter: 3 },
    code: "AI_STREAM_BROKEN",
    retryable: true,
  },
  {
    name: "a connection that is cut at once",
    answer: { text: "a long answer", breakOffAfter: 0 },
    code: "AI_PROVIDER_FAILED",
    retryable: true,
  },
  {
    name: "a stream without an end",
    answer: { text: "a long answer without an end", endAfter: 3 },
    code: "AI_STREAM_BROKEN",
    retryable: true,
  },
  {
    name: "an error in the midst",
    answer: { text: "a long answer with an error", errorAfter: 3 },
    code: "AI_STREAM_BROKEN",
    retryable: true,
  },
])("$name", async ({ answer, code, retryable }) => {
  const { model, outcomes } = await loop([answer, "never asked"]);
  const { error, usage } = await asking({ model, prompt: "?", maxRetries: 0 });
  expect(error?.code).toMatch(new RegExp(`^(${code})$`));
  expect(error).toMatchObject({ retryable, step: "talk" });
  expect(error?.hint).toBeTruthy();
  expect(JSON.stringify(error)).not.toContain("sk-secret-1");
  expect(outcomes()).toHaveLength(1);
  expect(usage).toEqual({});
});

test("the time to wait is told", async () => {
  const { model } = await loop([{ status: 429, retryAfter: 7 }]);
  const { error } = await asking({ model, prompt: "?", maxRetries: 0 });
  expect(error?.details).toMatchObject({ retryAfterMs: 7000 });
});

test("nobody listens", async () => {
  const { error } = await asking({ model: modelAt("http://127.0.0.1:9/v1"), prompt: "?", maxRetries: 0 });
  expect(error).toMatchObject({ code: "AI_PROVIDER_FAILED", retryable: true });
});

test("the library tries again what it may, and counts what was answered", async () => {
  const { model, outcomes } = await loop([{ status: 429, retryAfter: 0 }, { status: 500 }, "well"]);
  const { result, usage } = await asking({ model, prompt: "?", maxRetries: 2 });
  expect(result.text).toBe("well");
  expect(outcomes()).toEqual(["refused", "refused", "answered"]);
  expect(usage).toMatchObject({ "loop/small:requests": 1 });
});

test("what broke off is asked again by the step's retry, and counts once", async () => {
  const { model, outcomes } = await loop([{ text: "a long answer breaks off", breakOffAfter: 3 }, "whole"]);
  class Trying extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) async talk() {
      return (await generate({ model, prompt: "?" })).text;
    }
  }
  const flow = new Trying();
  const chunks: any[] = [];
  flow.events.on("output.chunk", ({ chunk }) => chunks.push(chunk));
  const { outputs, usage } = await flow.kickoff();
  expect(outputs.talk).toBe("whole");
  expect(outcomes()).toEqual(["broken", "answered"]);
  expect(usage).toMatchObject({ "loop/small:requests": 1 });
  expect(chunks.filter(({ type }) => type === "text-start").map(({ id }) => id)).toHaveLength(2);
  expect(new Set(chunks.filter(({ type }) => type === "text-start").map(({ id }) => id)).size).toBe(1);
});

test("another model stands in before the first chunk, and never after it", async () => {
  const first = await loop([{ status: 500 }, { text: "a long answer breaks off", breakOffAfter: 3 }]);
  const second = await loop(["stood in", "never"]);
  const model = [first.model, modelAt(second.server.url, "other")];
  const well = await asking({ model, prompt: "?", maxRetries: 0 });
  expect(well.result.text).toBe("stood in");
  expect(well.usage).toEqual({
    "loop/other:input_tokens": 10,
    "loop/other:output_tokens": 5,
    "loop/other:requests": 1,
  });
  const broken = await asking({ model, prompt: "?", maxRetries: 0 });
  expect(broken.error?.code).toBe("AI_STREAM_BROKEN");
  expect(second.outcomes()).toEqual(["answered"]);
});

test("all models fail: the last error is told", async () => {
  const first = await loop([{ status: 500 }]);
  const second = await loop([{ status: 401 }]);
  const { error } = await asking({ model: [first.model, second.model], prompt: "?", maxRetries: 0 });
  expect(error?.code).toBe("AI_KEY_REFUSED");
});

test.each([
  ["in silence", { silent: true }],
  ["in the midst", { text: "x".repeat(100_000), pauseMs: 2 }],
] as const)("a run that is cancelled %s ends the request", async (_name, answer) => {
  const { model, outcomes, server } = await loop([answer]);
  const cancel = new AbortController();
  const asked = asking({ model, prompt: "?" }, { abortSignal: cancel.signal });
  await until(() => server.asked.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  cancel.abort();
  expect((await asked).error?.code).toBe("RUN_CANCELLED");
  await until(() => outcomes()[0] !== "open");
  expect(outcomes()).toEqual(["left"]);
});

test("a step's timeout, and the call's own, end the request", async () => {
  const { model, outcomes } = await loop([{ silent: true }, { silent: true }]);
  class Slow extends Flow {
    @start({ timeout: "2s" }) talk() {
      return generate({ model, prompt: "?" });
    }
  }
  const step = expect(new Slow().kickoff()).rejects.toMatchObject({ code: "STEP_TIMEOUT" });
  const { error } = await asking({ model, prompt: "?", timeout: "2s", maxRetries: 0 });
  expect(error?.code).toBe("AI_TIMEOUT");
  await step;
  await until(() => !outcomes().includes("open"));
  expect(outcomes()).toEqual(["left", "left"]);
});

test("an abort at each chunk leaves nothing open and no half answer", async () => {
  const said = { reasoning: "think", text: "and say", calls: [{ name: "x", input: { a: 1 } }], pieceLength: 3 };
  for (let at = 0; at < 12; at++) {
    const cancel = new AbortController();
    const abortAt = async (index: number) => {
      if (index !== at) return;
      cancel.abort();
      await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const { model, outcomes } = await loop([{ ...said, beforeChunk: abortAt }]);
    const { error, usage } = await asking({ model, prompt: "?" }, { abortSignal: cancel.signal });
    expect(error?.code).toBe("RUN_CANCELLED");
    expect(usage).toEqual({});
    await until(() => outcomes()[0] !== "open");
  }
});

test("a long wait for the first byte is no failure", async () => {
  const { model } = await loop([{ text: "at last", waitMs: 300 }]);
  const { result, chunks } = await asking({ model, prompt: "?" });
  expect(result.text).toBe("at last");
  expect(typesOf(chunks)).toEqual(["start-step", "text-start", "text-delta", "text-end", "finish-step"]);
  expect(deltasOf(chunks, "text-delta")).toBe("at last");
});
