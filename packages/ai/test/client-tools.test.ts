/** Tools without `run`: the client's. The engine asks for their ends, and the run waits. */
import { tool as sdkTool } from "ai";
import { Flow, type FlowEvent, memory, start } from "millrace";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { generate, tool } from "../src/index.js";
import { scriptedModel, told } from "./support/scripted-model.js";

const where = tool({
  description: "Where the user is.",
  parameters: z.object({ exact: z.boolean() }),
  output: z.object({ city: z.string() }),
});
const called = (...names: string[]) => ({
  calls: names.map((name, i) => ({ id: `c${i}`, tool: name, input: { exact: true } })),
});

function guide(model: ReturnType<typeof scriptedModel>, tools: object = { where }) {
  class Guide extends Flow<typeof Guide> {
    static state = z.object({ history: memory() });
    @start() async guide() {
      const { text, toolCalls } = await generate({
        model,
        memory: "history",
        prompt: "Where am I?",
        tools: tools as { where: typeof where },
      });
      if (toolCalls[0]?.status === "done" && toolCalls[0].toolName === "where")
        expectTypeOf(toolCalls[0].output).toEqualTypeOf<{ city: string }>();
      return { text, calls: toolCalls.map(({ toolCallId: _, ...call }) => call) };
    }
  }
  return new Guide();
}

test("a call waits for its answer, which may come to another instance; the model is told it", async () => {
  const model = scriptedModel([called("where"), "In Rome."]);
  const flow = guide(model);
  const events: FlowEvent[] = [];
  flow.events.on("*", (event) => events.push(event));
  const run = await flow.kickoff();
  expect(run.status).toBe("waiting");
  const [question] = (await flow.runs.questions()).questions;
  expect(question).toMatchObject({
    prompt: 'The tool "where" is called: what does it answer?',
    value: { toolName: "where", toolCallId: expect.stringMatching(/^c0_/), input: { exact: true }, client: true },
  });
  for (const wrong of [
    "Rome",
    {},
    { output: "Rome" },
    { output: { city: 5 } },
    { error: "x", output: { city: "Rome" } },
  ])
    await expect(flow.runs.answer(question!.id, wrong)).rejects.toMatchObject({ code: "ANSWER_INVALID" });
  const done = await flow.runs.answer(question!.id, { output: { city: "Rome" } });
  expect(done).toMatchObject({
    status: "completed",
    output: {
      text: "In Rome.",
      calls: [{ toolName: "where", input: { exact: true }, status: "done", output: { city: "Rome" } }],
    },
  });
  expect(model.asked).toBe(2);
  expect(told(model, 1).at(-1)).toBe('tool: where => {"type":"json","value":{"city":"Rome"}}');
  const chunks = events.flatMap((event) => (event.type === "output.chunk" ? [event.chunk as { type: string }] : []));
  expect(chunks.filter(({ type }) => type.startsWith("tool-")).map(({ type }) => type)).toEqual([
    "tool-input-start",
    "tool-input-delta",
    "tool-input-available",
    "tool-input-available",
    "tool-output-available",
  ]);
});

test("a call that can't be made is told to the model as a failure", async () => {
  const model = scriptedModel([called("where"), "I do not know."]);
  const flow = guide(model);
  await flow.kickoff();
  const [question] = (await flow.runs.questions()).questions;
  const done = await flow.runs.answer(question!.id, { error: "permission denied" });
  expect(done).toMatchObject({ output: { calls: [{ status: "failed", error: "permission denied" }] } });
  expect(told(model, 1).at(-1)).toContain("permission denied");
});

test("those of the AI SDK without `execute` are the client's, too; any output will do, also none", async () => {
  const model = scriptedModel([called("where", "beep", "where"), "Done."]);
  const sdk = sdkTool({ inputSchema: z.object({ exact: z.boolean() }) });
  const flow = guide(model, { where: sdk, beep: tool({ parameters: z.object({}), run: () => "beep" }) });
  const { id } = await flow.kickoff();
  const { questions } = await flow.runs.questions();
  expect(questions).toHaveLength(2);
  const [first, second] = questions.map((question) => question.id);
  const done = await flow.runs.answerAll(id, { [first!]: { output: [1, 2] }, [second!]: { output: null } });
  expect(done).toMatchObject({ output: { calls: [{ output: [1, 2] }, { output: "beep" }, { output: null }] } });
});

test("one that needs approval is agreed to first", async () => {
  const model = scriptedModel([called("where"), "So be it."]);
  const flow = guide(model, { where: tool({ parameters: z.object({ exact: z.boolean() }), approval: true }) });
  await flow.kickoff();
  const [asked] = (await flow.runs.questions()).questions;
  expect(asked!.value).not.toHaveProperty("client");
  await flow.runs.answer(asked!.id, { approved: true });
  const [question] = (await flow.runs.questions()).questions;
  expect(question!.value).toMatchObject({ client: true });
  expect(await flow.runs.answer(question!.id, { output: 1 })).toMatchObject({ status: "completed" });
});

test("an output that can't be told as JSON Schema is refused before anybody is asked", async () => {
  const model = scriptedModel([]);
  const odd = tool({ parameters: z.object({}), output: z.date() });
  await expect(guide(model, { odd }).kickoff()).rejects.toMatchObject({ code: "AI_TOOL_INVALID" });
  expect(model.asked).toBe(0);
});
