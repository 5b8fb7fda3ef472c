/** Documents that ask models: `llm`, `agent` and `intent`. */
import type { ChatMessage } from "millrace";
import { describe, expect, test } from "vitest";
import { acme, flowOf, problemsOf } from "./support/ai-document.js";
import { type Say, told } from "./support/scripted-model.js";

const message = (text: string, id = "m1"): ChatMessage => ({ id, role: "user", parts: [{ type: "text", text }] });

describe("a chat", () => {
  const chat = `
models: { fast: { provider: acme, model: fast } }
memories: { talk: { window: { messages: 3 } } }
flows:
  - id: chat
    inputs: { message: ChatMessage }
    steps:
      - { id: answer, type: llm, model: fast, memory: talk, system: Be kind., message: "{{ input.message }}", as: ChatMessage }
`;

  test("in ten lines: what was said is remembered in its window, and the answer is a message", async () => {
    const { fast } = acme({ fast: ["Hello Ada.", "You are Ada.", "Yes."] });
    const flow = await flowOf(chat);
    const first = await flow.continue("ada", { message: message("I am Ada.") });
    expect(first.output).toEqual({
      id: `reply-${first.id}`,
      role: "assistant",
      parts: [{ type: "text", text: "Hello Ada." }],
    });
    await flow.continue("ada", { message: message("Who am I?") });
    expect(told(fast!, 1)).toEqual(["system: Be kind.", "user: I am Ada.", "assistant: Hello Ada.", "user: Who am I?"]);
    const third = await flow.continue("ada", { message: message("Sure?") });
    expect(told(fast!, 2)).toEqual(["system: Be kind.", "user: Who am I?", "assistant: You are Ada.", "user: Sure?"]);
    expect(third.state.talk).toHaveLength(6);
    await flow.continue("bob", { message: message("Hi.") }).catch(() => undefined);
    expect(told(fast!, 3)).toEqual(["system: Be kind.", "user: Hi."]);
  });

  test("streams its answer, and tells what it used", async () => {
    acme({ fast: ["Hello Ada."] });
    const flow = await flowOf(
      chat.replace("model: fast }", "model: fast, prices: { input: 1000000, output: 2000000 } }"),
    );
    const deltas: unknown[] = [];
    flow.events.on("output.chunk", ({ chunk }) => {
      const { type, delta } = chunk as { type: string; delta?: string };
      if (type === "text-delta") deltas.push(delta);
    });
    const { usage } = await flow.kickoff({ message: message("Hi.") });
    expect(deltas.join("")).toBe("Hello Ada.");
    expect(usage).toMatchObject({
      "acme/fast:input_tokens": 10,
      "acme/fast:output_tokens": 5,
      "acme/fast:cost_usd": 20,
    });
  });

  test("without memory is what its client says was said", async () => {
    const { fast } = acme({ fast: ["b"] });
    const flow = await flowOf(
      chat
        .replace(
          "{ message: ChatMessage }",
          '{ message: ChatMessage, history: { type: "list[ChatMessage]", default: [] } }',
        )
        .replace("memory: talk, ", 'messages: "{{ input.history }}", '),
    );
    const history = [message("Hi."), { ...message("Hello."), role: "assistant" as const }];
    await flow.kickoff({ message: message("Again."), history });
    expect(told(fast!, 0)).toEqual(["system: Be kind.", "user: Hi.", "assistant: Hello.", "user: Again."]);
  });

  test("grows a summary, written by another model", async () => {
    const { fast, small } = acme({ fast: ["a", "b", "c"], small: ["They greeted."] });
    const flow = await flowOf(
      chat
        .replace("models: {", "models: { small: { provider: acme, model: small },")
        .replace("window: { messages: 3 }", "summary: { model: small, at: 20, keep: 1 }"),
    );
    for (const text of ["one ".repeat(9), "two ".repeat(9), "three"])
      await flow.continue("ada", { message: message(text.trim()) });
    expect(small!.asked).toBe(1);
    expect(told(fast!, 2)[1]).toBe("user: Summary of what was said before:\nThey greeted.");
    const [newest] = (await flow.runs.list({ limit: 1 })).runs;
    expect(await flow.runs.usage(newest!.id)).toMatchObject({ "acme/small:requests": 1, "acme/fast:requests": 1 });
  });
});

describe("what is answered", () => {
  const one = (fields: string, more = "") => `
types: { Review: { title: text, score: int } }
${more}
flows:
  - id: one
    inputs: { text: text }
    steps:
      - { id: answer, type: llm, model: acme/fast, prompt: "Review {{ input.text }}"${fields} }
      - { id: after, type: echo, value: "{{ answer }}" }
`;

  test.each<[string, string, Say, unknown]>([
    ["a text", "", "Fine.", "Fine."],
    ["a declared type", ", as: Review", JSON.stringify({ title: "Rivers", score: 4 }), { title: "Rivers", score: 4 }],
    ["a list", ', as: "list[text]"', JSON.stringify({ result: ["a"] }), ["a"]],
    ["fields", ", as: { ok: bool }", JSON.stringify({ ok: true }), { ok: true }],
  ])("%s", async (...[, fields, say, expected]) => {
    const { fast } = acme({ fast: [say] });
    const flow = await flowOf(one(fields));
    expect((await flow.kickoff({ text: "this" })).output).toEqual(expected);
    expect(told(fast!, 0)).toEqual(["user: Review this"]);
  });

  test("one that does not fit fails the step; retry asks again", async () => {
    acme({ fast: ["no", JSON.stringify({ title: "x", score: 1 })] });
    const flow = await flowOf(one(", as: Review, retry: 2"));
    expect((await flow.kickoff({ text: "this" })).output).toEqual({ title: "x", score: 1 });
  });

  test("fields of it are known to expressions", async () => {
    expect(await problemsOf(one(", as: Review").replace("{{ answer }}", "{{ answer.titel }}"))).toMatch(/titel/);
  });

  test("settings of the model, of the step before them, and of its provider", async () => {
    const { fast } = acme({ fast: ["a"] });
    const more = "models: { m: { provider: acme, model: fast, params: { temperature: 0, topP: 0.5, effort: low } } }";
    const flow = await flowOf(one(", settings: { temperature: 1 }", more).replace("acme/fast", "m"));
    await flow.kickoff({ text: "this" });
    expect(fast!.doStreamCalls[0]).toMatchObject({
      temperature: 1,
      topP: 0.5,
      providerOptions: { acme: { effort: "low" } },
    });
  });

  test("by the next model where one fails, each with its settings", async () => {
    const { slow } = acme({ fast: [new Error("down")], slow: ["b"] });
    const more = "models: { s: { provider: acme, model: slow, params: { temperature: 0.5 } } }";
    const flow = await flowOf(one(", maxRetries: 0", more).replace("model: acme/fast,", "model: [acme/fast, s],"));
    const { output, usage } = await flow.kickoff({ text: "this" });
    expect(output).toBe("b");
    expect(slow!.doStreamCalls[0]!.temperature).toBe(0.5);
    expect(Object.keys(usage!).some((key) => key.startsWith("acme/slow:"))).toBe(true);
  });

  test("per item of a list, by several at once, into one memory", async () => {
    acme({ fast: ["A", "B", "C"] });
    const flow = await flowOf(`
memories: { talk: {} }
flows:
  - id: each
    inputs: { names: "list[text]" }
    steps:
      - { id: name, type: explode, items: "{{ input.names }}" }
      - { id: answer, type: llm, model: acme/fast, memory: talk, prompt: "Greet {{ name }}", workers: 3 }
      - { id: all, type: collect }
`);
    const { output, state } = await flow.kickoff({ names: ["a", "b", "c"] });
    expect([...(output as { items: string[] }).items].sort()).toEqual(["A", "B", "C"]);
    expect(state.talk).toHaveLength(6);
  });
});

describe("an agent", () => {
  const yaml = `
memories: { talk: {} }
tools:
  weather: { description: Tells the weather., parameters: { city: text }, type: template, template: "sun in {{ params.city }}" }
  send: { parameters: { to: text }, type: code, run: "./tools.mjs#send" }
  words: { parameters: { text: text }, type: code, run: "./tools.mjs#words" }
flows:
  - id: support
    inputs: { question: text }
    steps:
      - id: answer
        type: agent
        model: acme/fast
        memory: talk
        prompt: "{{ input.question }}"
        tools: [weather, words, { tool: send, approval: true }, { flow: article, name: write, description: Writes. }]
  - { id: article, inputs: { topic: text }, steps: [{ id: a, type: template, template: "On {{ input.topic }}" }] }
`;
  const files = {
    "tools.mjs": `
export const send = ({ to }, { call }) => "sent to " + to;
export function* words({ text }) { yield* text.split(" "); }
`,
  };

  test("calls tools of the document and flows until it has an answer", async () => {
    const { fast } = acme({
      fast: [
        {
          calls: [
            { tool: "weather", input: { city: "Rome" } },
            { tool: "write", input: { topic: "rivers" } },
            { tool: "words", input: { text: "a b" } },
          ],
        },
        "Done.",
      ],
    });
    const flow = await flowOf(yaml, files);
    const { output, state } = await flow.kickoff({ question: "Go." });
    expect(output).toBe("Done.");
    expect(told(fast!, 1).slice(1)).toEqual([
      'assistant: weather({"city":"Rome"}) | write({"topic":"rivers"}) | words({"text":"a b"})',
      'tool: weather => {"type":"text","value":"sun in Rome"} | write => {"type":"text","value":"On rivers"} | words => {"type":"json","value":["a","b"]}',
    ]);
    expect(fast!.doStreamCalls[0]!.tools).toMatchObject([
      { name: "weather", description: "Tells the weather." },
      { name: "words" },
      { name: "send" },
      { name: "write", description: "Writes." },
    ]);
    expect(state.talk).toHaveLength(4);
  });

  test("a tool that is a part of the step changes the state", async () => {
    acme({ fast: [{ calls: [{ tool: "add", input: { n: 2 } }] }, "Done."] });
    const flow = await flowOf(
      `
tools: { add: { parameters: { n: int }, type: code, run: "./tools.mjs#add" } }
flows:
  - id: sum
    state: { sum: { type: int, default: 1 } }
    steps: [{ id: a, type: agent, model: acme/fast, prompt: hi, tools: [{ tool: add, once: false }] }]
`,
      { "tools.mjs": "export const add = ({ n }, { state }) => { state.sum += n; };" },
    );
    expect((await flow.kickoff()).state).toEqual({ sum: 3 });
  });

  test("waits for people where a tool asks for it", async () => {
    acme({ fast: [{ calls: [{ tool: "send", input: { to: "ada" } }] }, "Done."] });
    const flow = await flowOf(yaml, files);
    const waiting = await flow.kickoff({ question: "Go." });
    expect(waiting.status).toBe("waiting");
    const [question] = (await flow.runs.questions({ runId: waiting.id })).questions;
    const result = (await flow.runs.answer(question!.id, { approved: true })) as { status?: string } | undefined;
    const ended = result?.status === "completed" ? result : await flow.resume(waiting.id);
    expect(ended).toMatchObject({ status: "completed", output: "Done." });
  });
});

test("an intent is the label of a router", async () => {
  const { fast } = acme({ fast: [JSON.stringify({ result: "billing" }), JSON.stringify({ result: "nonsense" })] });
  const flow = await flowOf(`
memories: { talk: {} }
flows:
  - id: sort
    inputs: { text: text }
    steps:
      - { id: sort, type: intent, model: acme/fast, message: "{{ input.text }}", memory: talk, intents: { billing: Invoices., other: All else. }, otherwise: other }
      - { id: bill, on: billing, type: echo, value: a bill }
      - { id: chat, on: other, type: echo, value: a chat }
    outputs: { bill: "{{ orElse(bill, '') }}", chat: "{{ orElse(chat, '') }}" }
`);
  expect((await flow.kickoff({ text: "My invoice?" })).output).toEqual({ bill: "a bill", chat: "" });
  expect(told(fast!, 0)[0]).toContain("- billing: Invoices.");
  expect((await flow.kickoff({ text: "Hm." })).output).toEqual({ bill: "", chat: "a chat" });
});
