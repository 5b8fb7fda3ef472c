import { Flow, FlowError, flow, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { flowTool, generate, intent, llm, tool } from "../src/index.js";
import { chunksOf } from "./support/chunks-of.js";
import { scriptedModel } from "./support/scripted-model.js";

const run = tool({ parameters: z.object({}), run: () => 1 });

test.each<[string, object, string]>([
  ["nothing to answer", { prompt: undefined }, "AI_CALL_INVALID"],
  ["no messages", { prompt: undefined, messages: [] }, "AI_CALL_INVALID"],
  ["a message that is none", { messages: [5] }, "AI_CALL_INVALID"],
  ["a prompt that is no text", { prompt: 5 }, "AI_CALL_INVALID"],
  ["no model", { model: undefined }, "AI_CALL_INVALID"],
  ["a list of no models", { model: [] }, "AI_CALL_INVALID"],
  ["no steps", { maxSteps: 0 }, "AI_CALL_INVALID"],
  ["half a step", { maxSteps: 1.5 }, "AI_CALL_INVALID"],
  ["no corrections at all, and less", { corrections: -1 }, "AI_CALL_INVALID"],
  ["an option that there is not", { promt: "?" }, "AI_CALL_INVALID"],
  ["a setting that there is not", { settings: { temprature: 0 } }, "AI_CALL_INVALID"],
  ["an option of a memory that there is not", { memory: { id: "history", windw: {} } }, "AI_CALL_INVALID"],
  ["a window of words", { memory: { id: "history", window: { words: 5 } } }, "AI_CALL_INVALID"],
  ["a summary without a beginning", { memory: { id: "history", summary: { when: 5 } } }, "AI_CALL_INVALID"],
  ["an unknown end of its steps", { onMaxSteps: "fail" }, "AI_CALL_INVALID"],
  ["an empty key", { key: "" }, "AI_CALL_INVALID"],
  ["an output that is no schema", { output: {} }, "AI_CALL_INVALID"],
  ["an output that can't be told", { output: z.date() }, "AI_CALL_INVALID"],
  ["a timeout that is none", { timeout: "soon" }, "DEFINITION_DURATION_INVALID"],
  ["a memory that is not there", { memory: "history" }, "AI_MEMORY_UNKNOWN"],
  ["a tool that is none", { tools: { look: 5 } }, "AI_TOOL_INVALID"],
  ["a tool without parameters", { tools: { look: { execute: () => 1 } } }, "AI_TOOL_INVALID"],
  ["a tool that takes no object", { tools: { look: { ...run, parameters: z.string() } } }, "AI_TOOL_INVALID"],
  [
    "a tool whose parameters can't be told",
    { tools: { l: { ...run, parameters: z.object({ at: z.date() }) } } },
    "AI_TOOL_INVALID",
  ],
])("%s is told, before anybody is asked", async (_what, options, code) => {
  const model = scriptedModel(["never"]);
  class Misuse extends Flow {
    @start() go() {
      return generate({ model, prompt: "?", ...options });
    }
  }
  const error = await new Misuse().kickoff().catch((error: unknown) => error);
  if (!FlowError.is(error)) throw error;
  const told = error.code === "STEP_FAILED" && FlowError.is(error.cause) ? error.cause : error;
  expect([told.code, error.step, model.asked]).toEqual([code, "go", 0]);
  expect(told.hint).not.toBe("");
});

test.each<[() => unknown, RegExp, RegExp]>([
  [() => llm({ model: "a/b", promt: "?" } as never), /no option "promt"; is "prompt" meant/, /Write `prompt`/],
  [() => llm({ model: "a/b", temperature: 0 } as never), /no option "temperature"\./, /settings: \{ temperature:/],
  [() => llm({ model: "a/b", max_tokens: 5 } as never), /max_tokens/, /settings: \{ maxOutputTokens:/],
  [() => llm({ model: "a/b", stopWhen: [] } as never), /is "maxSteps" meant/, /maxSteps/],
  [() => llm({ model: "a/b", abortSignal: 5 } as never), /abortSignal/, /timeout/],
  [() => llm({ model: "a/b", settings: { top_p: 1 } } as never), /settings.*"top_p"; is "topP" meant/, /topP/],
  [() => llm({ model: "a/b", colour: "red" } as never), /"colour"\./, /There are: model, system/],
  [
    () => tool({ parameters: z.object({}), run: () => 1, needsApproval: true } as never),
    /"approval" meant/,
    /approval/,
  ],
  [() => flowTool(Flow as never, { name: "x" } as never), /no option "name"/, /There are: description/],
])("a misspelt option is told with what is meant (%#)", (make, message, hint) => {
  expect(make).toThrow(
    expect.objectContaining({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) }),
  );
});

test("a misspelt option of an intent is told, too", async () => {
  class Sorts extends Flow {
    @start() go() {
      return intent({ model: scriptedModel([]), message: "?", intents: { a: "A." }, other: "a" } as never);
    }
  }
  await expect(new Sorts().kickoff()).rejects.toMatchObject({ code: "AI_CALL_INVALID" });
});

test("a tool that is none is told where it is made", () => {
  const none = { parameters: z.object({}) };
  for (const wrong of [undefined, {}, { ...none, run: 5 }, { ...none, once: false }, { parameters: {}, run: () => 1 }])
    expect(() => tool(wrong as never)).toThrow(expect.objectContaining({ code: "AI_TOOL_INVALID" }));
  class Odd extends Flow {
    static inputs = 5;
    @start() go() {}
  }
  for (const wrong of [Odd, undefined, {}, class {}, () => 1])
    expect(() => flowTool(wrong as never)).toThrow(expect.objectContaining({ code: "AI_TOOL_INVALID" }));
});

test.each([
  [
    "state",
    (tools: any) => Object.assign(tools.state, { n: 1 }),
    /^Tool "odd" is done once.*this\.state\.n was changed in it\.$/,
  ],
  ["ask", (tools: any) => tools.ask("?"), /^Tool "odd" is done once.*ask was used in it\.$/],
])("a tool that does what only a step may is told how it may, too: %s", async (_, run, message) => {
  const model = scriptedModel([{ calls: [{ tool: "odd", input: {} }] }, "end"]);
  class Odd extends Flow<typeof Odd> {
    static state = z.object({ n: z.number().default(0) });
    @start() go() {
      const odd = tool({ parameters: z.object({}), run: () => run(this) });
      return generate({ model, prompt: "?", tools: { odd } });
    }
  }
  await expect(new Odd().kickoff()).rejects.toMatchObject({
    message: expect.stringMatching(message),
    hint: expect.stringContaining("once: false"),
  });
});

test("a flow that is built is a tool as a class is, compiled or not", async () => {
  const inner = flow("inner")
    .input(z.object({ n: z.number() }))
    .step(
      "double",
      ({ n }: { n: number }) => n * 2,
      ({ input }) => ({ n: input.n }),
    );
  for (const given of [inner, inner.compile(), inner.toClass()]) {
    const model = scriptedModel([{ calls: [{ tool: "inner", input: { n: 4 } }] }, "end"]);
    class Outer extends Flow {
      @start() go() {
        return generate({ model, prompt: "?", tools: { inner: flowTool(given as never) } });
      }
    }
    const { outputs } = await new Outer().kickoff();
    expect(outputs.go?.toolCalls).toMatchObject([{ status: "done", output: 8 }]);
  }
});

test("calls at the same time, in a loop, and by key: each is kept as itself", async () => {
  const model = scriptedModel((asked) => `answer ${asked + 1}`);
  class Many extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) async go() {
      const ask = async (key?: string) => (await generate({ model, prompt: "?", ...(key && { key }) })).text;
      const both = await Promise.all([ask(), ask()]);
      const looped = [];
      for (let i = 0; i < 3; i++) looped.push(await ask());
      const keyed = [await ask("mine"), await ask("mine")];
      if (this.call.attempt === 1) throw new Error("cut off");
      return [...both, ...looped, ...keyed];
    }
  }
  const { outputs, usage } = await new Many().kickoff();
  expect([...(outputs.go ?? [])].sort()).toEqual([1, 2, 3, 4, 5, 6, 6].map((n) => `answer ${n}`));
  expect([model.asked, usage?.["acme/fast:requests"]]).toEqual([6, 6]);
});

test("a run that is stopped ends its request, and asks again when it is resumed", async () => {
  const stop = new AbortController();
  let aborted = false;
  const slow = scriptedModel(["Here."]);
  const answer = slow.doStream;
  slow.doStream = ({ abortSignal }) => {
    slow.doStream = answer;
    abortSignal?.addEventListener("abort", () => {
      aborted = true;
    });
    setTimeout(() => stop.abort(), 5);
    return new Promise(() => undefined);
  };
  class Slow extends Flow {
    @start() async go() {
      return (await generate({ model: slow, prompt: "?" })).text;
    }
  }
  const flow = new Slow();
  const stopped = await flow.kickoff({}, { id: "s", stopSignal: stop.signal }).catch((error: unknown) => error);
  expect(FlowError.is(stopped, "RUN_STOPPED")).toBe(true);
  expect(aborted).toBe(true);
  expect((await flow.resume("s")).outputs.go).toBe("Here.");
});

test("what a provider has run, found and made is told, kept, and told again", async () => {
  const model = scriptedModel([
    {
      text: "See.",
      parts: [
        { type: "tool-call", toolCallId: "w", toolName: "search", input: '{"q":"mills"}', providerExecuted: true },
        { type: "tool-result", toolCallId: "w", toolName: "search", result: { hits: 2 } },
        { type: "source", sourceType: "url", id: "s1", url: "https://mills.example/", title: "Mills" },
        { type: "file", mediaType: "image/png", data: "aGk=" },
      ],
    },
  ]);
  const inputSchema = z.object({ q: z.string() });
  const search = {
    type: "provider",
    id: "acme.search",
    args: {},
    inputSchema,
    supportsDeferredResults: false,
  } as never;
  class Search extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) async go() {
      const { text, sources, files, toolCalls } = await generate({ model, prompt: "?", tools: { search } });
      if (this.call.attempt === 1) throw new Error("cut off");
      return { text, sources, files, toolCalls };
    }
  }
  const flow = new Search();
  const chunks = chunksOf(flow);
  const { outputs } = await flow.kickoff();
  expect(outputs.go).toEqual({
    text: "See.",
    sources: [{ id: "s1", url: "https://mills.example/", title: "Mills" }],
    files: [{ mediaType: "image/png", base64: "aGk=" }],
    toolCalls: [],
  });
  const kinds = ["tool-input-available", "tool-output-available", "source-url", "file"];
  const told = (replayed: boolean) =>
    chunks
      .filter((chunk) => kinds.includes(String(chunk.type)) && Boolean(chunk.replayed) === replayed)
      .map(({ replayed: _, ...chunk }) => JSON.stringify(chunk))
      .sort();
  expect(told(false)).toHaveLength(4);
  expect(told(true)).toEqual(told(false));
});
