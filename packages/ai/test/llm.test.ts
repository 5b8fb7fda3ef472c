import { flow, type StepTools, template } from "millrace";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { llm } from "../src/index.js";
import { scriptedModel, told } from "./support/scripted-model.js";

const Verdict = z.object({ good: z.boolean() });

test("steps of the builder, by references: texts and objects go from model to model", async () => {
  const model = scriptedModel(["A poem.", '{"good": true}']);
  const review = flow("review")
    .input(z.object({ topic: z.string() }))
    .step("write", llm({ model, system: "You write.", prompt: ({ topic }: { topic: string }) => `About ${topic}` }))
    .step(
      "judge",
      llm({ model, output: Verdict, prompt: (given: { text: string }) => given.text, settings: { temperature: 0 } }),
      ({ write }) => ({ text: template`Is this good: ${write}` }),
    )
    .output(({ write, judge }) => ({ text: write, good: judge.good }))
    .compile();
  const result = await review.complete({ topic: "rivers" });
  if (result.status !== "completed") throw new Error(result.status);
  expectTypeOf(result.output).toEqualTypeOf<{ text: string; good: boolean }>();
  expect(result.output).toEqual({ text: "A poem.", good: true });
  expect(told(model, 0)).toEqual(["system: You write.", "user: About rivers"]);
  expect(told(model, 1)).toEqual(["user: Is this good: A poem."]);
  expect(model.doStreamCalls[1]!.temperature).toBe(0);
  expect(result.usage?.["acme/fast:requests"]).toBe(2);
});

test("by links, per element, in rounds: each answer is kept by itself", async () => {
  const model = scriptedModel((asked) => `answer ${asked + 1}`);
  const again = llm({ model, prompt: "Again?" });
  const asks = flow("asks")
    .step("hello", llm({ model, prompt: "Hello?" }))
    .step("topics", () => ["a", "b"])
    .link("hello", "topics")
    .step("each", llm({ model, prompt: (topic: string) => topic }), { forEach: "topics" })
    .step("rounds", again, { repeat: { while: (text) => text !== "answer 5" } })
    .link("each", "rounds")
    .compile();
  const { outputs, usage } = await asks.complete();
  expect([outputs.hello, outputs.rounds]).toEqual(["answer 1", "answer 5"]);
  expect([model.asked, usage?.["acme/fast:requests"]]).toEqual([5, 5]);
});

test("a step that is tried again is answered from the journal, in rounds too", async () => {
  const model = scriptedModel((asked) => `answer ${asked + 1}`);
  let fails = 2;
  const twice = flow("twice")
    .step(
      "answer",
      async (given: object, tools: StepTools) => {
        const text = await llm({ model, prompt: "?" })(given, tools);
        if (fails-- > 0) throw new Error("cut off");
        return text;
      },
      { repeat: { while: (text) => text !== "answer 2" }, retry: { attempts: 4, delay: 0 } },
    )
    .compile();
  expect((await twice.complete()).outputs.answer).toBe("answer 2");
  expect(model.asked).toBe(2);
});
