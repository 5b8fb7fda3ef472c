import { setTimeout } from "node:timers/promises";
import type { Flow } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { approval, ask, sleep } from "./people.js";
import { flowOf, problemsOf, runStep } from "./testing/run-step.js";

type Kickoff = { kickoff(): Promise<{ status: string; id: string }> };
const begin = async (type: unknown, config: object, params?: unknown) => {
  const flow = new (flowOf(type, config, { params }))() as Flow<object>;
  const { status, id } = await (flow as unknown as Kickoff).kickoff();
  const { questions } = await flow.runs.questions();
  return { flow, status, id, question: questions[0]! };
};

test("an approval waits, and hands on value and feedback", async () => {
  const config = {
    message: "Publish?",
    outcomes: ["yes", "no"],
    feedback: z.object({ note: z.string() }),
    value: { text: "x" },
  };
  const { flow, status, question } = await begin(approval, config);
  expect(status).toBe("waiting");
  expect(question).toMatchObject({ prompt: "Publish?", value: { text: "x" }, outcomes: ["yes", "no"] });
  const done = await flow.runs.answer(question.id, { outcome: "yes", feedback: { note: "fine" } });
  expect(done.status).toBe("completed");
});

test("an approval without a value decides on what it is handed, or on its message", async () => {
  expect((await begin(approval, { message: "Go?", outcomes: ["a", "b"] }, { n: 1 })).question.value).toEqual({ n: 1 });
  expect((await begin(approval, { message: "Go?", outcomes: ["a", "b"] })).question.value).toBe("Go?");
});

test("a question answers with what people say, of its type", async () => {
  const { flow, status, question } = await begin(ask, { prompt: "How many?", as: z.int() });
  expect(status).toBe("waiting");
  const done = await flow.runs.answer(question.id, 7);
  expect((done as unknown as { outputs: { step: unknown } }).outputs.step).toBe(7);
});

test("silence answers what was said beforehand", async () => {
  const { flow, id } = await begin(ask, { prompt: "How many?", as: z.int(), within: 1, otherwise: 3 });
  await setTimeout(5);
  expect((await flow.resume(id)) as unknown).toMatchObject({ status: "completed", output: 3 });
});

test("a sleep waits", async () => {
  expect(await runStep(sleep, { for: 5 })).toBeUndefined();
});

test.each<[string, unknown, object, string[]]>([
  ["an outcome twice", approval, { message: "?", outcomes: ["a", "a"] }, ["outcomes"]],
  [
    "an outcome of silence that is none",
    approval,
    { message: "?", outcomes: ["a", "b"], within: "1h", otherwise: "c" },
    ["otherwise"],
  ],
  ["a time without an outcome", approval, { message: "?", outcomes: ["a", "b"], within: "1h" }, ["within"]],
  ["an outcome without a time", ask, { prompt: "?", otherwise: "x" }, ["otherwise"]],
  ["what is no duration", sleep, { for: "1 hour" }, ["for"]],
])("%s is told at load", (...[, type, config, path]) => {
  expect(problemsOf(type, config)).toMatchObject([{ path }]);
});
