import { Flow, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { generate, tool } from "../src/index.js";
import { chunksOf } from "./support/chunks-of.js";
import { scriptedModel, told } from "./support/scripted-model.js";

test("a model is asked in a step: its text, its usage, its chunks", async () => {
  const model = scriptedModel([{ think: "hm", text: "Rivers run deep." }]);
  class Poem extends Flow<typeof Poem> {
    static inputs = z.object({ topic: z.string() });
    static output = z.string();
    @start() async write({ topic }: { topic: string }) {
      const answer = await generate({ model, system: "You write poems.", prompt: `About ${topic}` });
      expect(answer).toMatchObject({
        reasoning: "hm",
        finishReason: "stop",
        steps: 1,
        model: "acme/fast",
        output: undefined,
      });
      expect(answer.usage).toEqual({
        inputTokens: 10,
        outputTokens: 5,
        reasoningTokens: 0,
        cachedInputTokens: 0,
        requests: 1,
      });
      expect(answer.messages).toEqual([
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "hm" },
            { type: "text", text: "Rivers run deep." },
          ],
        },
      ]);
      return answer.text;
    }
  }
  const flow = new Poem();
  const chunks = chunksOf(flow);
  const result = await flow.kickoff({ topic: "rivers" });
  expect(result.status === "completed" && result.output).toBe("Rivers run deep.");
  expect(result.usage).toEqual({ "acme/fast:input_tokens": 10, "acme/fast:output_tokens": 5, "acme/fast:requests": 1 });
  expect(told(model, 0)).toEqual(["system: You write poems.", "user: About rivers"]);
  const id = "write:1:generate-1:1";
  expect(chunks).toEqual([
    { type: "start-step", id },
    { type: "reasoning-start", id: `${id}:reasoning-1` },
    { type: "reasoning-delta", id: `${id}:reasoning-1`, delta: "hm" },
    { type: "reasoning-end", id: `${id}:reasoning-1` },
    { type: "text-start", id: `${id}:text-1` },
    { type: "text-delta", id: `${id}:text-1`, delta: "Rivers " },
    { type: "text-delta", id: `${id}:text-1`, delta: "run " },
    { type: "text-delta", id: `${id}:text-1`, delta: "deep." },
    { type: "text-end", id: `${id}:text-1` },
    { type: "finish-step", id },
  ]);
});

test("tools are called, all of a message at once, and their results told", async () => {
  const model = scriptedModel([
    {
      text: "Let me look.",
      calls: [
        { tool: "weather", input: { city: "Rome" } },
        { tool: "weather", input: { city: "Oslo" } },
      ],
    },
    "Sun in both.",
  ]);
  const asked: string[] = [];
  const weather = tool({
    description: "The weather of a city.",
    parameters: z.object({ city: z.string() }),
    run: async ({ city }) => {
      asked.push(city);
      await new Promise((resolve) => setTimeout(resolve, city === "Rome" ? 20 : 1));
      return { sky: `sun in ${city}` };
    },
  });
  class Weather extends Flow {
    @start() answer() {
      return generate({ model, prompt: "Rome and Oslo?", tools: { weather } });
    }
  }
  const flow = new Weather();
  const chunks = chunksOf(flow);
  const { outputs, usage } = await flow.kickoff();
  expect(asked).toEqual(["Rome", "Oslo"]);
  expect(outputs.answer?.text).toBe("Sun in both.");
  expect(outputs.answer?.toolCalls).toEqual([
    {
      toolCallId: expect.stringMatching(/^call-1_/),
      toolName: "weather",
      input: { city: "Rome" },
      status: "done",
      output: { sky: "sun in Rome" },
    },
    {
      toolCallId: expect.stringMatching(/^call-2_/),
      toolName: "weather",
      input: { city: "Oslo" },
      status: "done",
      output: { sky: "sun in Oslo" },
    },
  ]);
  expect(usage).toMatchObject({ "acme/fast:requests": 2, "acme/fast:input_tokens": 20 });
  expect(told(model, 1)).toEqual([
    "user: Rome and Oslo?",
    'assistant: Let me look. | weather({"city":"Rome"}) | weather({"city":"Oslo"})',
    'tool: weather => {"type":"json","value":{"sky":"sun in Rome"}} | weather => {"type":"json","value":{"sky":"sun in Oslo"}}',
  ]);
  const { toolCallId } = outputs.answer!.toolCalls[1]!;
  expect(chunks.filter((chunk) => chunk.toolCallId === toolCallId)).toEqual([
    { type: "tool-input-start", toolCallId, toolName: "weather" },
    { type: "tool-input-delta", toolCallId, inputTextDelta: '{"city":"Oslo"}' },
    { type: "tool-input-available", toolCallId, toolName: "weather", input: { city: "Oslo" }, dynamic: true },
    { type: "tool-output-available", toolCallId, output: { sky: "sun in Oslo" } },
  ]);
});

test("what was answered and done is not bought again by the next attempt, and is told again", async () => {
  const model = scriptedModel([{ text: "Look.", calls: [{ tool: "look", input: {} }] }, "Found.", "Second."]);
  let looked = 0;
  const look = tool({ parameters: z.object({}), run: () => ++looked });
  class Search extends Flow {
    @start({ retry: { attempts: 3, delay: 0 } }) async find() {
      const first = await generate({ model, prompt: "Find it.", tools: { look } });
      if (this.call.attempt === 1) throw new Error("cut off");
      const second = await generate({ model, prompt: "And now?" });
      if (this.call.attempt === 2) throw new Error("cut off again");
      return [first.text, second.text];
    }
  }
  const flow = new Search();
  const chunks = chunksOf(flow);
  const { outputs, usage } = await flow.kickoff();
  expect(outputs.find).toEqual(["Found.", "Second."]);
  expect([model.asked, looked, usage?.["acme/fast:requests"]]).toEqual([3, 1, 3]);
  const place = "find:1:generate-1";
  const again = chunks.filter(({ replayed }) => replayed);
  const { toolCallId } = chunks.find(({ type }) => type === "tool-input-start")!;
  const attempt = [
    { type: "start-step", id: `${place}:1` },
    { type: "text-start", id: `${place}:1:text-1` },
    { type: "text-delta", id: `${place}:1:text-1`, delta: "Look." },
    { type: "text-end", id: `${place}:1:text-1` },
    { type: "tool-input-available", toolCallId, toolName: "look", input: {}, dynamic: true },
    { type: "tool-output-available", toolCallId, output: 1 },
    { type: "finish-step", id: `${place}:1` },
    { type: "start-step", id: `${place}:2` },
    { type: "text-start", id: `${place}:2:text-1` },
    { type: "text-delta", id: `${place}:2:text-1`, delta: "Found." },
    { type: "text-end", id: `${place}:2:text-1` },
    { type: "finish-step", id: `${place}:2` },
  ].map((chunk) => ({ ...chunk, replayed: true }));
  expect(again.slice(0, attempt.length)).toEqual(attempt);
  // every id that is told again was told before
  const firstIds = chunks.filter(({ replayed }) => !replayed).map(({ type, id }) => `${type} ${id}`);
  for (const { type, id } of again) if (id !== undefined) expect(firstIds).toContain(`${type} ${id}`);
});

test("an answer of a shape: typed, checked, told as it grows", async () => {
  const Intent = z.object({ intent: z.enum(["billing", "other"]), urgent: z.boolean().default(false) });
  const model = scriptedModel(['{"intent": "billing"}', '{"result": ["a", "b"]}', '```json\n{"result": "red"}\n```']);
  class Route extends Flow {
    @start() async classify() {
      const { output } = await generate({ model, prompt: "?", output: Intent });
      const urgent: boolean = output.urgent;
      const list = await generate({ model, prompt: "?", output: z.array(z.string()) });
      const color = await generate({ model, prompt: "?", output: z.enum(["red", "green"]) });
      return [output, urgent, list.output, color.output] as const;
    }
  }
  const flow = new Route();
  const chunks = chunksOf(flow);
  const { outputs } = await flow.kickoff();
  expect(outputs.classify).toEqual([{ intent: "billing", urgent: false }, false, ["a", "b"], "red"]);
  expect(chunks.some(({ type }) => type === "text-delta")).toBe(false);
  expect(
    chunks.filter(({ type, id }) => type === "object-delta" && id === "classify:1:generate-1:1:object").at(-1)?.object,
  ).toEqual({
    intent: "billing",
  });
  expect(model.doStreamCalls[1]!.responseFormat).toMatchObject({
    type: "json",
    schema: { type: "object", required: ["result"] },
  });
});

test("an answer that does not fit fails the step, and is asked for anew", async () => {
  const model = scriptedModel(['{"n": "five"}', "no json", '{"n": 5}']);
  const codes: string[] = [];
  class Count extends Flow {
    @start({ retry: { attempts: 3, delay: 0 } }) async answer() {
      return (await generate({ model, prompt: "?", output: z.object({ n: z.number() }), corrections: 0 })).output.n;
    }
  }
  const flow = new Count();
  flow.events.on("step.retrying", ({ error }) => void codes.push(error.code));
  const { outputs, usage } = await flow.kickoff();
  expect(outputs.answer).toBe(5);
  expect(codes).toEqual(["AI_OUTPUT_INVALID", "AI_OUTPUT_INVALID"]);
  // what was paid for counts
  expect(usage?.["acme/fast:requests"]).toBe(3);
});
