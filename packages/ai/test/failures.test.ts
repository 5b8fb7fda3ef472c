import { Flow, FlowError, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { generate, tool } from "../src/index.js";
import { type ScriptedModel, scriptedModel } from "./support/scripted-model.js";

test("outside of a step it says so", async () => {
  await expect(generate({ model: scriptedModel([]), prompt: "?" })).rejects.toMatchObject({
    code: "STATE_OUTSIDE_STEP",
    hint: expect.stringContaining("generate()"),
  });
});

async function failureOf(model: ScriptedModel | ScriptedModel[], more: object = {}): Promise<FlowError> {
  class Fails extends Flow {
    @start() answer() {
      return generate({ model, prompt: "?", maxRetries: 0, ...more });
    }
  }
  const error = await new Fails().kickoff().catch((error: unknown) => error);
  if (!FlowError.is(error)) throw new Error("it did not fail");
  return error;
}

const apiError = (statusCode: number | undefined, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name: "AI_APICallError", statusCode, isRetryable: statusCode === 429, ...more });

test.each<[string, Error, Partial<FlowError>]>([
  [
    "429",
    apiError(429, "slow down", { responseHeaders: { "retry-after": "7" } }),
    { code: "AI_RATE_LIMITED", retryable: true },
  ],
  ["401", apiError(401, "Incorrect API key provided: sk-abcdefgh1234"), { code: "AI_KEY_REFUSED", retryable: false }],
  [
    "no key",
    Object.assign(new Error("OpenAI API key is missing"), { name: "AI_LoadAPIKeyError" }),
    { code: "AI_KEY_MISSING" },
  ],
  ["404", apiError(404, "no such model"), { code: "AI_MODEL_UNKNOWN", retryable: false }],
  ["context", apiError(400, "This model's maximum context length is 8192 tokens."), { code: "AI_CONTEXT_TOO_LONG" }],
  [
    "filter",
    apiError(400, "The response was filtered", { responseBody: '{"code":"content_filter"}' }),
    { code: "AI_REFUSED" },
  ],
  ["400", apiError(400, "bad schema"), { code: "AI_PROVIDER_FAILED", retryable: false }],
  ["503", apiError(503, "overloaded"), { code: "AI_PROVIDER_FAILED", retryable: true }],
  ["network", new TypeError("fetch failed"), { code: "AI_PROVIDER_FAILED", retryable: true }],
])("a provider's failure: %s", async (...[, thrown, expected]) => {
  const error = await failureOf(scriptedModel([thrown]));
  expect(error).toMatchObject({ ...expected, step: "answer" });
  expect(error.hint).not.toBe("");
  expect(JSON.stringify(error)).not.toContain("sk-abcdefgh1234");
});

test("a key that is not there: which variable, and whose package", async () => {
  const text =
    "OpenAI API key is missing (sk-abcdefgh1234). Pass it using the 'apiKey' parameter or the OPENAI_API_KEY environment variable.";
  const thrown = Object.assign(new Error(text), { name: "AI_LoadAPIKeyError" });
  const error = await failureOf(scriptedModel([thrown], "openai/gpt-5"));
  expect(error.message).toContain('Model "openai/gpt-5" has no key: OPENAI_API_KEY is not set.');
  expect(error.hint).toMatch(/OPENAI_API_KEY .* @ai-sdk\/openai /);
  expect(JSON.stringify(error)).not.toContain("sk-abcdefgh1234");
  const own = await failureOf(scriptedModel([Object.assign(new Error("no"), { name: "AI_LoadAPIKeyError" })]));
  expect(own.message).toContain('Model "acme/fast" has no key.');
});

test("what providers say is told without what looks like a secret", async () => {
  const secrets =
    "https://api.example/v1?key=AIzaSyA1234567890abcdef Bearer abc.def api_key: hunter22 sk-proj-0123456789";
  const error = await failureOf(scriptedModel([apiError(500, secrets)]));
  expect(error.message).toContain("https://api.example/v1");
  for (const secret of ["AIza", "abc.def", "hunter22", "0123456789"])
    expect(JSON.stringify(error)).not.toContain(secret);
});

test("an answer that breaks off, or ends in a filter, is none", async () => {
  expect(await failureOf(scriptedModel([{ text: "Ri", break: new TypeError("terminated") }]))).toMatchObject({
    code: "AI_STREAM_BROKEN",
    retryable: true,
  });
  expect(await failureOf(scriptedModel([{ text: "Ri", break: true }]))).toMatchObject({ code: "AI_STREAM_BROKEN" });
  expect(await failureOf(scriptedModel([{ text: "Ri", finish: "content-filter" }]))).toMatchObject({
    code: "AI_REFUSED",
  });
});

test("of several models the next is asked before the first chunk, never after", async () => {
  const down = scriptedModel([apiError(503, "down"), apiError(503, "down")], "acme/down");
  class Falls extends Flow {
    @start() answer() {
      return generate({ model: [down, scriptedModel(["Fine."])], prompt: "?", maxRetries: 0 });
    }
  }
  const { outputs, usage } = await new Falls().kickoff();
  expect(outputs.answer).toMatchObject({
    text: "Fine.",
    model: "acme/fast",
    fallbacks: [{ model: "acme/down", code: "AI_PROVIDER_FAILED" }],
  });
  expect(Object.keys(usage!)).not.toContain("acme/down:requests");
  const second = scriptedModel(["never"]);
  expect(await failureOf([scriptedModel([{ text: "Ri", break: true }]), second])).toMatchObject({
    code: "AI_STREAM_BROKEN",
  });
  expect(second.asked).toBe(0);
});

test("it comes to an end: by maxSteps, by its timeout, by a cancel", async () => {
  const again = () => ({ calls: [{ tool: "look", input: {} }] });
  let looked = 0;
  const look = tool({ parameters: z.object({}), run: () => ++looked });
  const ending = async (options: object) => {
    class Loops extends Flow {
      @start() go() {
        return generate({ model: scriptedModel(again), prompt: "?", tools: { look }, maxSteps: 3, ...options });
      }
    }
    looked = 0;
    const { outputs } = await new Loops().kickoff();
    return [outputs.go?.finishReason, outputs.go?.steps, outputs.go?.toolCalls.length, looked];
  };
  // one that is told to call nothing and does so all the same is not listened to
  expect(await ending({})).toEqual(["max-steps", 4, 3, 3]);
  expect(await ending({ onMaxSteps: "stop" })).toEqual(["max-steps", 3, 3, 3]);
  const typed = { tools: { look }, maxSteps: 1, output: z.string() };
  for (const onMaxSteps of ["answer", "stop"])
    expect(await failureOf(scriptedModel(again), { ...typed, onMaxSteps })).toMatchObject({
      code: "AI_OUTPUT_INVALID",
    });

  const silent = scriptedModel([]);
  silent.doStream = () => new Promise(() => undefined);
  expect(await failureOf(silent, { timeout: 20 })).toMatchObject({ code: "AI_TIMEOUT", retryable: true });
  class Waits extends Flow {
    @start() go() {
      return generate({ model: silent, prompt: "?" });
    }
  }
  await expect(new Waits().kickoff({}, { timeout: 20 })).rejects.toMatchObject({ code: "RUN_TIMEOUT" });
});

test("a step's retry waits as long as it is asked to, and does not try what can't succeed", async () => {
  const model = scriptedModel([apiError(429, "slow down", { responseHeaders: { "retry-after-ms": "40" } }), "Fine."]);
  class Waits extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) async go() {
      return (await generate({ model, prompt: "?", maxRetries: 0 })).text;
    }
  }
  const flow = new Waits();
  const waits: number[] = [];
  flow.events.on("step.retrying", ({ at, retryAt }) => void waits.push(retryAt - at));
  expect((await flow.kickoff()).outputs.go).toBe("Fine.");
  expect(waits).toEqual([40]);

  const refusing = scriptedModel([apiError(401, "no"), "never"]);
  class Refused extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) go() {
      return generate({ model: refusing, prompt: "?" });
    }
  }
  await expect(new Refused().kickoff()).rejects.toMatchObject({ code: "AI_KEY_REFUSED" });
  expect(refusing.asked).toBe(1);
});
