/** What models have used, from one request up to the run: in results, events, the run's picture, and what OpenTelemetry is told. */
import { flowTool, generate, tool } from "@millrace/ai";
import { newestText } from "@millrace-tools/model-server";
import { Flow, listen, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { observe } from "../../otel/src/index.js";
import { Recorder } from "../../otel/test/recorder.js";
import { asking } from "./support/asking.js";
import { loop, modelAt } from "./support/loop.js";

const each = { input: 10, output: 5 };

async function scene() {
  const { server } = await loop((request) => {
    const { model, messages } = request;
    if (model === "outer" && messages.at(-1)!.role === "user")
      return { calls: [{ name: "inner", input: { topic: newestText(request) } }], usage: each };
    return { text: `${model} is done`, usage: { ...each, reasoning: 2 } };
  });
  class Inner extends Flow<typeof Inner> {
    static inputs = z.object({ topic: z.string() });
    @start() async write({ topic }: { topic: string }) {
      return (await generate({ model: modelAt(server.url, "inner"), prompt: topic })).text;
    }
  }
  class Outer extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) async research() {
      const tools = { inner: flowTool(Inner, { description: "writes" }) };
      const prices = { "loop/outer": { input: 1, output: 2 } };
      const { text, usage } = await generate({ model: modelAt(server.url, "outer"), prompt: "rivers", tools, prices });
      if (this.call.attempt === 1) throw new Error("the first attempt always fails");
      return { text, usage };
    }
    @listen("research") async sum({ text }: { text: string }) {
      const [one, other] = await Promise.all(
        ["a", "b"].map((prompt) => generate({ model: modelAt(server.url, "sum"), prompt: `${prompt} ${text}` })),
      );
      return [one!.text, other!.text];
    }
  }
  return { flow: new Outer(), server };
}

const research = {
  "loop/outer:input_tokens": 20,
  "loop/outer:output_tokens": 10,
  "loop/outer:reasoning_tokens": 2,
  "loop/outer:requests": 2,
  "loop/outer:cost_usd": 0.00004,
  "loop/inner:input_tokens": 10,
  "loop/inner:output_tokens": 5,
  "loop/inner:reasoning_tokens": 2,
  "loop/inner:requests": 1,
};
const sum = {
  "loop/sum:input_tokens": 20,
  "loop/sum:output_tokens": 10,
  "loop/sum:reasoning_tokens": 4,
  "loop/sum:requests": 2,
};

test("the run has the sum of its steps, each request once, over a retry and with the flow that a tool has run", async () => {
  const { flow, server } = await scene();
  const told: Record<string, unknown>[] = [];
  flow.events.on("*", (event) => {
    if ("usage" in event && event.usage && !event.path) told.push({ [event.type]: event.usage });
  });
  const run = await flow.kickoff();
  expect(server.asked).toHaveLength(5);
  expect(run.usage).toEqual({ ...research, ...sum });
  expect(await flow.runs.usage(run.id)).toEqual(run.usage);
  expect(run.outputs.research!.usage).toMatchObject({ inputTokens: 20, outputTokens: 10, requests: 2 });
  const { steps } = (await flow.runs.overlay(run.id))!;
  const [first] = Object.values(steps).filter((step) => JSON.stringify(step).includes("loop/outer"));
  expect(JSON.stringify(first)).toContain('"loop/inner:input_tokens":10');
  const sums: Record<string, number> = {};
  for (const usage of told.flatMap((event) => (event["run.completed"] ? [] : Object.values(event))))
    for (const [name, count] of Object.entries(usage as Record<string, number>)) sums[name] = (sums[name] ?? 0) + count;
  expect(sums).toEqual(run.usage);
  expect(told.at(-1)).toEqual({ "run.completed": run.usage });
});

test("OpenTelemetry hears it once, in its own words too", async () => {
  const { flow } = await scene();
  const recorder = new Recorder();
  observe(flow, recorder);
  const { usage } = await flow.kickoff();
  const counted = await recorder.sums("millrace.usage");
  expect(counted).toEqual({
    ...Object.fromEntries(Object.entries(research).map(([name, count]) => [`Outer/research/${name}`, count])),
    ...Object.fromEntries(Object.entries(sum).map(([name, count]) => [`Outer/sum/${name}`, count])),
  });
  expect(await recorder.sums("gen_ai.client.token.usage")).toEqual({
    "chat/loop/outer/input": 20,
    "chat/loop/outer/output": 10,
    "chat/loop/inner/input": 10,
    "chat/loop/inner/output": 5,
    "chat/loop/sum/input": 20,
    "chat/loop/sum/output": 10,
  });
  const [span] = recorder.spans.filter(({ name }) => name === "run Outer");
  expect(span!.attributes["millrace.usage.loop/sum:requests"]).toBe(usage!["loop/sum:requests"]);
});

test("with the library's telemetry each request is a span beneath the step's", async () => {
  const { model } = await loop((request) =>
    request.messages.at(-1)!.role === "tool" ? "well" : { calls: [{ name: "look", input: {} }] },
  );
  const recorder = new Recorder();
  const look = tool({ parameters: z.object({}), run: () => "seen" });
  class Asking extends Flow {
    @start() talk() {
      const telemetry = { isEnabled: true, tracer: recorder.tracer };
      return generate({ model, prompt: "?", tools: { look }, telemetry });
    }
  }
  const flow = new Asking();
  observe(flow, recorder);
  await flow.kickoff();
  expect(recorder.tree.filter((line) => line.startsWith("step talk > "))).toEqual([
    "step talk > ai.streamText",
    "step talk > ai.streamText",
  ]);
  const requests = recorder.spans.filter(({ name }) => name === "ai.streamText.doStream");
  expect(requests.map(({ attributes }) => attributes["gen_ai.usage.input_tokens"])).toEqual([10, 10]);
});

test("a provider that tells no usage is counted by its requests", async () => {
  const { model } = await loop([{ text: "well", usage: null }]);
  expect((await asking({ model, prompt: "?" })).usage).toEqual({ "loop/small:requests": 1 });
});
