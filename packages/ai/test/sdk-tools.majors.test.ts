/** Tools of the AI SDK: what their author asked for is done, or refused before the model is asked. */
import { generate } from "@millrace/ai";
import { tool as sdkTool } from "ai";
import { Flow, MemoryPersistence, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { asking } from "./support/asking.js";
import { loop } from "./support/loop.js";

/** One that `ai` of every major makes, whether its types know of approvals or not. */
const made = (given: object) => (sdkTool as unknown as (given: object) => object)(given);
const one = (): number => 1;
const inputSchema = z.object({ cents: z.number() });

async function paying(payTool: object) {
  const { model } = await loop([
    {
      calls: [
        { id: "a", name: "pay", input: { cents: 5 } },
        { id: "b", name: "pay", input: { cents: 500 } },
      ],
    },
    { text: "Done." },
  ]);
  class Paying extends Flow {
    @start() go() {
      return generate({ model, prompt: "Pay.", tools: { pay: payTool } });
    }
  }
  return new Paying({ persistence: new MemoryPersistence() });
}

test("`needsApproval: true` waits for people; what they deny never runs", async () => {
  const paid: number[] = [];
  const execute = ({ cents }: { cents: number }) => paid.push(cents);
  const flow = await paying(made({ inputSchema, needsApproval: true, execute }));
  expect((await flow.kickoff()).status).toBe("waiting");
  expect(paid).toEqual([]);
  const { questions } = await flow.runs.questions();
  expect(questions.map(({ prompt, value }) => [prompt, value])).toEqual([
    [
      'May the tool "pay" be called?',
      { toolName: "pay", toolCallId: expect.stringMatching(/^a_/), input: { cents: 5 } },
    ],
    [
      'May the tool "pay" be called?',
      { toolName: "pay", toolCallId: expect.stringMatching(/^b_/), input: { cents: 500 } },
    ],
  ]);
  await flow.runs.answer(questions[1]!.id, { approved: false });
  expect((await flow.runs.answer(questions[0]!.id, { approved: true })).status).toBe("completed");
  expect(paid).toEqual([5]);
});

test("`needsApproval` as a function is given the input, the call's id and what the model had been told", async () => {
  const paid: number[] = [];
  const asked: unknown[] = [];
  const flow = await paying(
    made({
      inputSchema,
      needsApproval: async ({ cents }: { cents: number }, { toolCallId, messages }: any) => {
        asked.push([cents, toolCallId, messages]);
        return cents > 100;
      },
      execute: ({ cents }: { cents: number }, { messages }: any) => {
        paid.push(cents);
        return messages.length;
      },
    }),
  );
  expect((await flow.kickoff()).status).toBe("waiting");
  expect(paid).toEqual([5]);
  const told = [{ role: "user", content: "Pay." }];
  expect(asked).toEqual([
    [5, expect.stringMatching(/^a_/), told],
    [500, expect.stringMatching(/^b_/), told],
  ]);
  const { questions } = await flow.runs.questions();
  const done = await flow.runs.answer(questions[0]!.id, { approved: true });
  expect(paid).toEqual([5, 500]);
  expect(done.status === "completed" && (done.output as any).toolCalls.map((call: any) => call.output)).toEqual([1, 1]);
});

test("a `needsApproval` that throws lets nothing run", async () => {
  let ran = 0;
  const flow = await paying(
    made({
      inputSchema,
      needsApproval: () => {
        throw new Error("the rules can't be read");
      },
      execute: () => ++ran,
    }),
  );
  await expect(flow.kickoff()).rejects.toThrow("the rules can't be read");
  expect(ran).toBe(0);
});

test("an `execute` that yields ends with the last that it yields", async () => {
  const { model } = await loop([{ calls: [{ name: "count", input: { cents: 1 } }] }, { text: "Done." }]);
  const count = made({
    inputSchema,
    async *execute() {
      yield "one";
      yield "two";
    },
  });
  const { result, error } = await asking({ model, prompt: "Count.", tools: { count } });
  expect(error).toBeUndefined();
  expect(result.toolCalls).toMatchObject([{ toolName: "count", output: "two" }]);
});

test.each([
  ["no boolean", { inputSchema, needsApproval: "yes", execute: one }, "`needsApproval` is neither true or false"],
  ["one of a provider", { type: "provider", id: "a.b", args: {}, needsApproval: true }, "provider runs it by itself"],
  ["ours in theirs", { inputSchema, approval: true, execute: one }, "says `needsApproval`"],
  ["a context", { inputSchema, contextSchema: z.object({}), execute: one }, "there is no context here"],
])("what can't be asked is refused before the model is asked: %s", async (_, wrong, words) => {
  const { model, server } = await loop([{ text: "never" }]);
  const { error } = await asking({ model, prompt: "Pay.", tools: { pay: wrong as object } });
  expect(error).toMatchObject({ code: "AI_TOOL_INVALID" });
  expect(error!.message).toContain(words);
  expect(server.asked).toHaveLength(0);
});
