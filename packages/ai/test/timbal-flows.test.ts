/** Flows of models as Timbal's users write them: memories that steps share, tools, parents, and what each step has used. */
import { llm, memory, tool } from "@millrace/ai";
import { newestText } from "@millrace-tools/model-server";
import { flow, ref } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { loop } from "./support/loop.js";

const inputs = z.object({ prompt: z.string() });
const state = z.object({ talk: memory() });

/** Says how much it was told. */
const counting = (request: { readonly messages: readonly unknown[] }) => `read ${request.messages.length}`;

test('add_llm(memory_id="talk") twice: both steps read and write one history', async () => {
  const { model, server } = await loop(counting);
  const built = flow("two-models")
    .input(inputs)
    .state(state)
    .step("draft", llm({ model, memory: "talk", prompt: ({ prompt }: { prompt: string }) => prompt }))
    .step(
      "review",
      llm({
        model,
        memory: "talk",
        system: "Be strict.",
        prompt: ({ draft }: { draft: string }) => `review: ${draft}`,
      }),
      ({ draft }) => ({ draft }),
    )
    .output(({ review }) => ({ response: review }))
    .compile();
  const result = await built.complete({ prompt: "a poem" });
  // the first is told the prompt; the second the instructions, prompt, answer, and its own prompt
  expect(result.output).toEqual({ response: "read 4" });
  expect(server.asked[1]!.request.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
  expect(result.state.talk.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
});

test("parent_id: a run goes on with the memory of another, and an older one branches", async () => {
  const { model } = await loop(counting);
  const chat = flow("chat")
    .input(inputs)
    .state(state)
    .step("llm", llm({ model, memory: "talk", prompt: ({ prompt }: { prompt: string }) => prompt }))
    .compile();
  const say = async (prompt: string, continues?: string) => {
    const { id, output, state } = (await chat.complete({ prompt }, { ...(continues && { continues }) })) as any;
    return { id, output, talk: JSON.stringify(state.talk) };
  };
  const first = await say("one");
  const second = await say("two", first.id);
  const third = await say("three", second.id);
  const branch = await say("other", first.id);
  expect([first, second, third, branch].map(({ output }) => output)).toEqual(["read 1", "read 3", "read 5", "read 3"]);
  expect(third.talk).toContain("two");
  expect(branch.talk).toContain("one");
  expect(branch.talk).not.toContain("two");
});

test("an agent: tools, OUTPUT events with input, output, times and usage, and nothing of it lost in the stream", async () => {
  const weather = tool({
    description: "the weather",
    parameters: z.object({ city: z.string() }),
    run: ({ city }) => `sun over ${city}`,
  });
  const { model } = await loop((request) =>
    request.messages.at(-1)!.role === "tool"
      ? `It is ${newestText(request)}`
      : { calls: [{ name: "weather", input: { city: "Rome" } }], usage: { input: 30, output: 3 } },
  );
  const built = flow("agent")
    .input(inputs)
    .step(
      "agent",
      llm({ model, system: "Help.", tools: { weather }, prompt: ({ prompt }: { prompt: string }) => prompt }),
    )
    .step(
      "shout",
      ({ text }: { text: string }) => text.toUpperCase(),
      () => ({ text: ref("agent") as never }),
    )
    .compile();
  const events: any[] = [];
  for await (const event of built.run({ prompt: "weather?" })) events.push(event);
  const output = events.find(({ type, path }) => type === "OUTPUT" && path.endsWith("agent.agent"));
  expect(output).toMatchObject({
    input: { prompt: "weather?" },
    output: "It is sun over Rome",
    usage: { "loop/small:input_tokens": 40, "loop/small:output_tokens": 8, "loop/small:requests": 2 },
  });
  expect(output.t1).toBeGreaterThanOrEqual(output.t0);
  const chunks = events.filter(({ type }) => type === "CHUNK").map(({ chunk }) => chunk.type);
  expect(chunks).toEqual(expect.arrayContaining(["tool-input-available", "tool-output-available", "text-delta"]));
  expect(events.at(-1)).toMatchObject({
    type: "OUTPUT",
    output: "IT IS SUN OVER ROME",
    usage: { "loop/small:requests": 2 },
  });
});

test("steps beside each other ask at the same time and share a history", async () => {
  const { model, server } = await loop(({ messages }) => ({
    text: `answer to ${newestText({ model: "", messages })}`,
    waitMs: 30,
  }));
  const about = (what: string) =>
    llm({ model, memory: "talk", prompt: ({ prompt }: { prompt: string }) => `${what} of ${prompt}` });
  const built = flow("fan-out")
    .input(inputs)
    .state(state)
    .step("history", about("history"))
    .step("climate", about("climate"))
    .step(
      "sum",
      llm({ model, memory: "talk", prompt: ({ a, b }: { a: string; b: string }) => `${a} and ${b}` }),
      ({ history, climate }) => ({ a: history, b: climate }),
    )
    .compile();
  const { output, state: left } = await built.complete({ prompt: "Rome" });
  expect(output).toBe("answer to answer to history of Rome and answer to climate of Rome");
  expect(left.talk).toHaveLength(6);
  expect(server.asked[2]!.request.messages).toHaveLength(5);
});
