import { Flow, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { generate, memory, tool } from "../src/index.js";
import { chunksOf } from "./support/chunks-of.js";
import { scriptedModel, told } from "./support/scripted-model.js";

test("a tool with `once: false` is a part of the step: it changes the state, asks, and has keys of its own", async () => {
  const model = scriptedModel([
    {
      calls: [
        { id: "a", tool: "buy", input: { what: "milk" } },
        { id: "b", tool: "buy", input: { what: "bread" } },
      ],
    },
    "Bought.",
  ]);
  const charged: string[] = [];
  class Basket extends Flow<typeof Basket> {
    static state = z.object({ items: z.array(z.string()).default([]) });
    @start() async shop() {
      const buy = tool({
        parameters: z.object({ what: z.string() }),
        once: false,
        run: async ({ what }, { once, ask }) => {
          await once("charge", () => void charged.push(what));
          const size = await ask(`How much ${what}?`);
          this.state.items.push(`${size} ${what}`);
          return this.state.items.length;
        },
      });
      return (await generate({ model, prompt: "Buy.", tools: { buy } })).text;
    }
  }
  const flow = new Basket();
  await flow.kickoff({}, { id: "b" });
  const { questions } = await flow.runs.questions();
  expect(questions.map(({ prompt }) => prompt)).toEqual(["How much milk?", "How much bread?"]);
  for (const { id } of questions) await flow.runs.answer(id, "two");
  const { outputs, state } = await flow.resume("b");
  expect(outputs.shop).toBe("Bought.");
  expect([...state.items].sort()).toEqual(["two bread", "two milk"]);
  expect(charged).toEqual(["milk", "bread"]);
  expect(model.asked).toBe(2);
});

test("what is not for the model fails the step: the state changed inside of a tool that is done once", async () => {
  const model = scriptedModel([{ calls: [{ tool: "add", input: {} }] }, "Done."]);
  class Basket extends Flow<typeof Basket> {
    static state = z.object({ n: z.number().default(0) });
    @start() shop() {
      const add = tool({ parameters: z.object({}), run: () => ++this.state.n });
      return generate({ model, prompt: "Add.", tools: { add } });
    }
  }
  await expect(new Basket().kickoff()).rejects.toMatchObject({ code: "STATE_IN_ONCE" });
  expect(model.asked).toBe(1);
});

test("ids that a model uses again are told apart, in an answer, in a run, in a conversation", async () => {
  const says = () => ({
    calls: [
      { id: "call_0", tool: "look", input: { n: 1 } },
      { id: "call_0", tool: "look", input: { n: 2 } },
    ],
  });
  const model = scriptedModel((asked) => (asked % 2 === 0 ? says() : "Seen."));
  const looked: number[] = [];
  const look = tool({ parameters: z.object({ n: z.number() }), run: ({ n }) => looked.push(n) });
  class Looks extends Flow<typeof Looks> {
    static state = z.object({ history: memory() });
    @start() async go() {
      await generate({ model, prompt: "Look.", tools: { look }, memory: "history" });
      return (await generate({ model, prompt: "Again.", tools: { look } })).toolCalls.map(
        ({ toolCallId }) => toolCallId,
      );
    }
  }
  const flow = new Looks();
  const chunks = chunksOf(flow);
  const first = await flow.continue("s");
  const second = await flow.continue("s");
  expect(looked).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
  const ids = chunks.filter(({ type }) => type === "tool-input-available").map(({ toolCallId }) => toolCallId);
  expect(new Set(ids).size).toBe(8);
  // what services take
  for (const id of ids) expect(id).toMatch(/^[\w-]{1,40}$/);
  const inHistory = second.state.history.flatMap(({ content }) =>
    Array.isArray(content) ? content.flatMap((part) => (part.type === "tool-call" ? [part.toolCallId] : [])) : [],
  );
  expect(new Set(inHistory).size).toBe(4);
  expect(ids).toEqual(expect.arrayContaining(inHistory));
  // the service is told its own again, where no other call of the conversation has it: each result stands after its call
  const toldIds = model.doStreamCalls.map(({ prompt }) =>
    prompt.flatMap(({ role, content }) =>
      role === "assistant" || role === "tool"
        ? content.map((part) => ("toolCallId" in part ? part.toolCallId : part.type))
        : [],
    ),
  );
  expect(toldIds[1]).toEqual(["call_0", expect.stringMatching(/^call_0_/), "call_0", toldIds[1]![1]]);
  expect(toldIds[3]).toEqual(["call_0", ids[3], "call_0", ids[3]]);
  expect(toldIds[5]!.slice(0, 5)).toEqual(["call_0", ids[1], "call_0", ids[1], "text"]);
  expect(toldIds[5]!.slice(5)).toEqual([ids[4], ids[5], ids[4], ids[5]]);
  expect(JSON.stringify(model.doStreamCalls.map(({ prompt }) => prompt))).not.toContain("millrace");
  expect(first.status).toBe("completed");
});

test("a memory is told before what is said now, and keeps what was said, asked and answered", async () => {
  const model = scriptedModel([{ calls: [{ tool: "look", input: {} }] }, "It is red.", "Yes, red."]);
  const look = tool({ parameters: z.object({}), run: () => "red" });
  class Talk extends Flow<typeof Talk> {
    static inputs = z.object({ text: z.string() });
    static state = z.object({ history: memory() });
    @start({ retry: { attempts: 2, delay: 0 } }) async answer({ text }: { text: string }) {
      const answer = await generate({ model, memory: "history", prompt: text, tools: { look } });
      if (this.call.attempt === 1) throw new Error("cut off");
      return answer.text;
    }
  }
  const flow = new Talk();
  await flow.continue("s", { text: "What colour?" });
  const { state } = await flow.continue("s", { text: "Sure?" });
  expect(state.history.map(({ role }) => role)).toEqual([
    "user",
    "assistant",
    "tool",
    "assistant",
    "user",
    "assistant",
  ]);
  expect(told(model, 2)).toEqual([
    "user: What colour?",
    "assistant: look({})",
    'tool: look => {"type":"text","value":"red"}',
    "assistant: It is red.",
    "user: Sure?",
  ]);
  expect(model.asked).toBe(3);
});
