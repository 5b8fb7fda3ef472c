/** What the next turn of a session knows of one that was stopped, or has failed: all that was said and shown of it. */
import { MockLanguageModelV3 } from "ai/test";
import { Flow, flow, listen, type MemoryMessage, MemoryPersistence, memory, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { answerFromHistory, generate, llm, tool } from "../src/index.js";
import { type Say, scriptedModel, told } from "./support/scripted-model.js";

/** Thinks, says some words, and then nothing more. */
function stuckModel(text: string, before: readonly Say[] = []) {
  const script = scriptedModel(before);
  let asked = 0;
  return new MockLanguageModelV3({
    provider: "acme",
    modelId: "fast",
    doStream: async (options) => {
      if (asked++ < before.length) return script.doStream(options);
      const words = (text.match(/\S+\s*/g) ?? []).map((delta) => ({ type: "text-delta" as const, id: "t", delta }));
      const chunks = [
        { type: "stream-start" as const, warnings: [] },
        { type: "reasoning-start" as const, id: "r" },
        { type: "reasoning-delta" as const, id: "r", delta: "hm" },
        { type: "text-start" as const, id: "t" },
        ...words,
      ];
      const start = (controller: ReadableStreamDefaultController<(typeof chunks)[number]>) => {
        for (const chunk of chunks) controller.enqueue(chunk);
      };
      return { stream: new ReadableStream({ start }) };
    },
  });
}

class Chat extends Flow<typeof Chat> {
  static inputs = z.object({ text: z.string() });
  static state = z.object({ history: memory() });
  model!: MockLanguageModelV3;
  tools = {};

  @start() async answer({ text }: { text: string }) {
    const { tools } = this;
    return (await generate({ model: this.model, memory: "history", prompt: text, tools, maxRetries: 0 })).text;
  }
}

const sayings = (history: readonly MemoryMessage[]) =>
  history.map(({ role, content }) => {
    if (typeof content === "string") return `${role}: ${content}`;
    const parts = content as readonly Record<string, any>[];
    return `${role}: ${parts.map((part) => part.text ?? `${part.type} ${part.toolCallId} ${JSON.stringify(part.output?.value ?? part.input)}`).join(" | ")}`;
  });

/** What a model is told in the next turn, before what is said in it. */
async function next(chat: Flow<any> & { model: MockLanguageModelV3 }): Promise<string[]> {
  const model = scriptedModel(["Well."]);
  chat.model = model;
  await (chat as unknown as Chat).continue("s", { text: "Go on." });
  return told(model, 0).slice(0, -1);
}

/** A turn that is stopped as soon as so many chunks of these have been told. */
async function stopped(chat: Flow<any>, [type, count]: readonly [type: string, count: number]) {
  const told = new Promise<void>((resolve) => {
    let left = count;
    chat.events.on("output.chunk", ({ chunk }) => {
      // who tells it takes it in, too
      if ((chunk as { type: string }).type === type && --left === 0) setImmediate(resolve);
    });
  });
  const run = (chat as unknown as Chat).continue("s", { text: "How is the mill?" }, { id: "one" });
  const ended = run.catch((error) => error.code);
  await told;
  await chat.runs.cancel("one");
  expect(await ended).toBe("RUN_CANCELLED");
}

describe("a turn that was stopped", () => {
  test("in the middle of its answer: what was asked, and what was said", async () => {
    const model = stuckModel("It stands by ");
    const chat = new Chat();
    chat.model = model;
    await stopped(chat, ["text-delta", 3]);
    expect(await next(chat)).toEqual(["user: How is the mill?", "assistant: It stands by "]);
  });

  test("before a word was said: what was asked", async () => {
    const model = stuckModel("");
    const chat = new Chat();
    chat.model = model;
    await stopped(chat, ["reasoning-delta", 1]);
    expect(await next(chat)).toEqual(["user: How is the mill?"]);
  });

  test("while tools ran: what they have brought, and that the others were broken off", async () => {
    const model = stuckModel("", [
      {
        text: "I look.",
        calls: [
          { id: "a", tool: "look", input: { at: "wheel" } },
          { id: "b", tool: "wait", input: {} },
          { id: "c", tool: "mark", input: {} },
        ],
      },
    ]);
    const chat = new Chat();
    chat.model = model;
    chat.tools = {
      look: tool({ parameters: z.object({ at: z.string() }), run: ({ at }) => `the ${at} turns` }),
      mark: tool({ parameters: z.object({}), once: false, run: () => "marked" }),
      wait: tool({
        parameters: z.object({}),
        run: (_, __, { abortSignal }) =>
          new Promise((resolve) => abortSignal.addEventListener("abort", () => resolve("late"))),
      }),
    };
    await stopped(chat, ["tool-output-available", 2]);
    const [, , results, ...more] = await next(chat);
    expect(more).toEqual([]);
    expect(results).toContain('look => {"type":"text","value":"the wheel turns"}');
    expect(results).toContain(
      'wait => {"type":"error-text","value":"The call was broken off before it had a result."}',
    );
    expect(results).toContain("was undone");
  });

  test("while it waits for people, by another process", async () => {
    const persistence = new MemoryPersistence();
    const pay = () => tool({ parameters: z.object({}), approval: true, run: () => "paid" });
    const here = new Chat({ persistence });
    here.model = scriptedModel([{ text: "I pay.", calls: [{ id: "p", tool: "pay", input: {} }] }]);
    here.tools = { pay: pay() };
    expect((await here.continue("s", { text: "Pay." }, { id: "one" })).status).toBe("waiting");
    const there = new Chat({ persistence });
    await there.runs.cancel("one");
    const [asked, called, result, ...more] = await next(there);
    expect([asked, called]).toEqual(["user: Pay.", "assistant: I pay. | pay({})"]);
    expect(result).toContain("broken off");
    expect(more).toEqual([]);
  });

  test("and is gone on with: nothing of it twice", async () => {
    const model = stuckModel("It stands by ");
    const chat = new Chat();
    chat.model = model;
    await stopped(chat, ["text-delta", 3]);
    chat.model = scriptedModel(["It stands by the river."]);
    expect((await chat.resume("one")).status).toBe("completed");
    expect(await next(chat)).toEqual(["user: How is the mill?", "assistant: It stands by the river."]);
  });

  test("with what the step has put into the memory itself, and what it was answered before", async () => {
    const model = stuckModel("Half an ans", ["A first answer."]);
    class Own extends Flow<typeof Own> {
      static inputs = Chat.inputs;
      static state = Chat.state;
      model!: MockLanguageModelV3;
      @start() async answer({ text }: { text: string }) {
        this.state.history.push({ role: "user", content: text });
        await generate({ model: this.model, memory: "history" });
        return generate({ model: this.model, memory: "history", prompt: "More." }).then(({ text }) => text);
      }
    }
    const chat = new Own();
    chat.model = model;
    await stopped(chat, ["text-delta", 6]);
    const last = scriptedModel(["Well.", "Well."]);
    chat.model = last;
    await chat.continue("s", { text: "Go on." });
    expect(told(last, 0)).toEqual([
      "user: How is the mill?",
      "assistant: A first answer.",
      "user: More.",
      "assistant: Half an ans",
      "user: Go on.",
    ]);
  });

  test("of a flow that keeps the question in a step of its own", async () => {
    const model = stuckModel("It stands by ");
    class Two extends Flow<typeof Two> {
      static inputs = Chat.inputs;
      static state = Chat.state;
      model!: MockLanguageModelV3;
      @start() hear({ text }: { text: string }) {
        this.state.history.push({ role: "user", content: text });
      }
      @listen("hear") answer() {
        return answerFromHistory({ model: this.model, memory: "history" });
      }
    }
    const chat = new Two();
    chat.model = model;
    await stopped(chat, ["text-delta", 3]);
    expect(await next(chat)).toEqual(["user: How is the mill?", "assistant: It stands by "]);
  });

  test("of a builder's flow", async () => {
    const model = stuckModel("It stands by ");
    let asked: MockLanguageModelV3 = model;
    const Built = flow("built")
      .input(z.object({ text: z.string() }))
      .state(z.object({ history: memory() }))
      .step(
        "answer",
        llm({ model: () => asked as never, memory: "history", prompt: ({ text }: { text: string }) => text }),
      )
      .compile();
    await stopped(Built as never, ["text-delta", 3]);
    const last = scriptedModel(["Well."]);
    asked = last;
    await Built.continue("s", { text: "Go on." });
    expect(told(last, 0)).toEqual(["user: How is the mill?", "assistant: It stands by ", "user: Go on."]);
  });
});

describe("a turn that has failed", () => {
  const failing = async (says: readonly Say[]) => {
    const chat = new Chat();
    chat.model = scriptedModel(says);
    const failed = await chat.continue("s", { text: "How is the mill?" }, { id: "one" }).catch((error) => error.code);
    expect(failed).toMatch(/^AI_/);
    return chat;
  };

  test("after it had said something: that, and what was asked", async () => {
    const chat = await failing([{ text: "It stands by ", break: new Error("gone") }]);
    expect(await next(chat)).toEqual(["user: How is the mill?", "assistant: It stands by "]);
  });

  test("and begun anew, by its id or from the turn before: nothing of it twice", async () => {
    const chat = await failing([{ text: "It stands by ", break: new Error("gone") }]);
    chat.model = scriptedModel(["By the river."]);
    await chat.continue("s", { text: "How is the mill?" }, { id: "two", from: null });
    expect(sayings((await chat.runs.stateAt("two")).history as MemoryMessage[])).toEqual([
      "user: How is the mill?",
      "assistant: By the river.",
    ]);
    chat.model = scriptedModel(["By the sea."]);
    await chat.resume("one");
    expect(sayings((await chat.runs.stateAt("one")).history as MemoryMessage[])).toEqual([
      "user: How is the mill?",
      "assistant: By the sea.",
    ]);
  });

  test("before anything was said, or refused: nothing; else each question after it would fail as well", async () => {
    expect(await next(await failing([new Error("no")]))).toEqual([]);
    expect(await next(await failing([{ text: "I ", finish: "content-filter" }]))).toEqual([]);
  });

  test("of two attempts in one step the newer one counts", async () => {
    class Again extends Chat {
      @start() override async answer({ text }: { text: string }) {
        const ask = () => generate({ model: this.model, memory: "history", prompt: text, maxRetries: 0 });
        return (await ask().catch(ask)).text;
      }
    }
    const chat = new Again();
    chat.model = scriptedModel([
      { text: "It sto", break: new Error("gone") },
      { text: "It stands by ", break: new Error("gone") },
    ]);
    await chat.continue("s", { text: "How?" }).catch(() => undefined);
    expect(await next(chat)).toEqual(["user: How?", "assistant: It stands by "]);
  });
});

test("a typed answer leaves no half of its JSON", async () => {
  const model = stuckModel('{ "goo');
  class Typed extends Chat {
    @start() override async answer({ text }: { text: string }) {
      const output = z.object({ good: z.boolean() });
      return String((await generate({ model: this.model, memory: "history", prompt: text, output })).output.good);
    }
  }
  const chat = new Typed();
  chat.model = model;
  await stopped(chat, ["object-delta", 1]);
  const history = (await chat
    .continue("s", { text: "x" }, { abortSignal: AbortSignal.abort(), id: "two" })
    .catch(async () => (await chat.runs.stateAt("two")).history)) as MemoryMessage[];
  expect(sayings(history)).toEqual(["user: How is the mill?"]);
});
