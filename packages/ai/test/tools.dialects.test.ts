import { Flow, MemoryPersistence, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { flowTool, generate, tool } from "../src/index.js";
import { chunksOf } from "./support/chunks-of.js";
import { scriptedModel, told } from "./support/scripted-model.js";

test("a tool call waits for people, and what they deny the model is told", async () => {
  const model = scriptedModel([
    {
      calls: [
        { id: "a", tool: "pay", input: { cents: 5 } },
        { id: "b", tool: "pay", input: { cents: 500 } },
        { id: "c", tool: "pay", input: { cents: 700 } },
      ],
    },
    "Done.",
  ]);
  const paid: number[] = [];
  const pay = tool({
    parameters: z.object({ cents: z.number() }),
    approval: ({ cents }) => cents > 100,
    run: ({ cents }) => paid.push(cents),
  });
  class Pay extends Flow {
    @start() go() {
      return generate({ model, prompt: "Pay.", tools: { pay } });
    }
  }
  const persistence = new MemoryPersistence();
  const flow = new Pay({ persistence });
  const chunks = chunksOf(flow);
  const run = await flow.kickoff({}, { id: "p1" });
  expect(run.status).toBe("waiting");
  expect(paid).toEqual([5]);
  const { questions } = await flow.runs.questions();
  expect(questions.map(({ prompt, value }) => [prompt, value])).toEqual([
    [
      'May the tool "pay" be called?',
      { toolName: "pay", toolCallId: expect.stringMatching(/^b_/), input: { cents: 500 } },
    ],
    [
      'May the tool "pay" be called?',
      { toolName: "pay", toolCallId: expect.stringMatching(/^c_/), input: { cents: 700 } },
    ],
  ]);
  expect(chunks.filter(({ type }) => type === "tool-approval-request")).toEqual(
    questions.map(({ id, value }) => ({
      type: "tool-approval-request",
      approvalId: id,
      toolCallId: (value as { toolCallId: string }).toolCallId,
    })),
  );
  await flow.runs.answer(questions[1]!.id, { approved: false, reason: "too much" });
  const done = await flow.runs.answer(questions[0]!.id, { approved: true });
  expect(done.status).toBe("completed");
  expect(paid).toEqual([5, 500]);
  expect(model.asked).toBe(2);
  expect(told(model, 1)[2]).toContain('{"type":"execution-denied","reason":"too much"}');
  expect(chunks.some(({ type, toolCallId }) => type === "tool-output-denied" && /^c_/.test(String(toolCallId)))).toBe(
    true,
  );
});

test("a flow as a tool is a run of its own", async () => {
  class Article extends Flow<typeof Article> {
    static inputs = z.object({ topic: z.string() });
    static output = z.object({ text: z.string() });
    @start() write({ topic }: { topic: string }) {
      if (topic === "nothing") throw new Error("there is nothing to say");
      return { text: `about ${topic}` };
    }
  }
  const model = scriptedModel([
    {
      calls: [
        { tool: "write", input: { topic: "rivers" } },
        { tool: "write", input: { topic: "nothing" } },
        { tool: "write", input: { topic: 5 } },
        { tool: "wirte", input: {} },
      ],
    },
    "Done.",
  ]);
  class Paper extends Flow {
    @start() print() {
      return generate({ model, prompt: "Write.", tools: { write: flowTool(Article, { description: "Writes." }) } });
    }
  }
  const persistence = new MemoryPersistence();
  const flow = new Paper({ persistence });
  const chunks = chunksOf(flow);
  const { outputs } = await flow.kickoff({}, { id: "p1" });
  expect(
    outputs.print?.toolCalls.map((call) => [
      call.status,
      "error" in call ? call.error : "output" in call && call.output,
    ]),
  ).toEqual([
    ["done", { text: "about rivers" }],
    ["failed", expect.stringContaining("there is nothing to say")],
    ["invalid", expect.stringContaining("topic")],
    ["invalid", expect.stringContaining("wirte")],
  ]);
  expect((await persistence.list({ parent: "p1" })).runs.map(({ id }) => id).sort()).toEqual([
    "p1/print/1/generate-1.1.tool-1",
    "p1/print/1/generate-1.1.tool-2",
  ]);
  expect(chunks.filter(({ type }) => type === "tool-input-error").map(({ toolCallId }) => toolCallId)).toEqual([
    expect.stringMatching(/^call-3_/),
    expect.stringMatching(/^call-4_/),
  ]);
});

test("a tool may ask a model itself: what it says there is kept, counted, and not told as the step's answer", async () => {
  const inner = scriptedModel(["inner one", "inner two"], "acme/small");
  const model = scriptedModel([
    {
      calls: [
        { tool: "think", input: { n: 1 } },
        { tool: "think", input: { n: 2 } },
      ],
    },
    "Outer.",
  ]);
  const think = tool({
    parameters: z.object({ n: z.number() }),
    run: async ({ n }) => (await generate({ model: inner, prompt: `Think ${n}` })).text,
  });
  class Boss extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) async go() {
      const { text, toolCalls } = await generate({ model, prompt: "?", tools: { think } });
      if (this.call.attempt === 1) throw new Error("cut off");
      return [text, ...toolCalls.map((call) => call.status === "done" && call.output)];
    }
  }
  const flow = new Boss();
  const chunks = chunksOf(flow);
  const { outputs, usage } = await flow.kickoff();
  expect(outputs.go).toEqual(["Outer.", "inner one", "inner two"]);
  expect([model.asked, inner.asked]).toEqual([2, 2]);
  expect(usage).toMatchObject({ "acme/fast:requests": 2, "acme/small:requests": 2 });
  expect(JSON.stringify(chunks.filter(({ type }) => type === "text-delta"))).not.toContain("inner");
});

test("a tool whose own model is asked too often fails the step, not the tool: the next attempt goes on", async () => {
  const busy = Object.assign(new Error("slow down"), { name: "AI_APICallError", statusCode: 429, isRetryable: true });
  const inner = scriptedModel([busy, "thought"], "acme/small");
  const model = scriptedModel([
    {
      calls: [
        { tool: "think", input: {} },
        { tool: "count", input: {} },
      ],
    },
    "Outer.",
  ]);
  let counted = 0;
  const count = tool({ parameters: z.object({}), run: () => ++counted });
  const think = tool({
    parameters: z.object({}),
    run: async () => (await generate({ model: inner, prompt: "?", maxRetries: 0 })).text,
  });
  class Boss extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) async go() {
      const { toolCalls } = await generate({ model, prompt: "?", tools: { think, count } });
      return toolCalls.map((call) => call.status === "done" && call.output);
    }
  }
  expect((await new Boss().kickoff()).outputs.go).toEqual(["thought", 1]);
  expect([model.asked, inner.asked, counted]).toEqual([2, 2, 1]);
});

test("each call of a tool has a key of its own, whichever way it is read", async () => {
  const calls = ["ada", "bob"].map((who) => ({ id: who, tool: "charge", input: { who } }));
  const model = scriptedModel([{ calls }, { calls: [{ id: "eve", tool: "charge", input: { who: "eve" } }] }, "Done."]);
  const keys: string[] = [];
  const charge = tool({
    parameters: z.object({ who: z.string() }),
    run: ({ who }, { call, once }, { idempotencyKey }) => {
      keys.push(call.idempotencyKey);
      return [who, call.step, call.idempotencyKey === idempotencyKey, typeof once];
    },
  });
  class Charge extends Flow {
    @start() async go() {
      const { toolCalls } = await generate({ model, prompt: "Charge.", tools: { charge } });
      return toolCalls.map((made) => made.status === "done" && made.output);
    }
  }
  const run = await new Charge().kickoff();
  expect(run.status === "completed" && run.output).toEqual(
    ["ada", "bob", "eve"].map((who) => [who, "go", true, "function"]),
  );
  expect(new Set(keys).size).toBe(3);
});
