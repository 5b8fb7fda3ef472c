/** A chat as a class: what was said is told apart by a model, answered out of the history, and brought to its end. */
import { ChatMessage, Flow, FlowError, flow, listen, MemoryPersistence, memory, or, router, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { answerFromHistory, endConversation, generate, intent, intentRouter, reply, textOf } from "../src/index.js";
import { type Say, type ScriptedModel, scriptedModel, told } from "./support/scripted-model.js";

const message = (text: string): ChatMessage => ({ id: "m", role: "user", parts: [{ type: "text", text }] });
const chosen = (label: string): Say => JSON.stringify({ result: label });

let small: ScriptedModel;
let large: ScriptedModel;

class Support extends Flow<typeof Support> {
  static inputs = z.object({ message: ChatMessage });
  static state = z.object({ history: memory() });
  static output = ChatMessage;

  @start() hear({ message }: { message: ChatMessage }) {
    this.state.history.push({ role: "user", content: textOf(message) });
    return message;
  }
  @router("hear", { routes: ["billing", "goodbye", "smalltalk"] }) sort(message: ChatMessage) {
    const intents = { billing: "Invoices and payments.", goodbye: "They leave.", smalltalk: "All else." };
    const history = this.state.history.slice(0, -1);
    return intent({ model: small, message, intents, history, otherwise: "smalltalk" });
  }
  @listen("billing") bill() {
    return answerFromHistory({ model: large, memory: "history", system: "You know all bills." });
  }
  @listen("smalltalk") async talk() {
    const made = await generate({ model: large, memory: { id: "history", window: { messages: 1 } } });
    return reply(made);
  }
  @listen("goodbye") close() {
    endConversation(this.state.history);
    return reply("Goodbye.");
  }
  @listen(or("bill", "talk", "close")) answer(made: ChatMessage) {
    return made;
  }
}

test("a conversation of several turns", async () => {
  small = scriptedModel([chosen("billing"), chosen("smalltalk"), chosen("goodbye"), chosen("billing")], "acme/small");
  large = scriptedModel(["Your bill is 5 euros.", "Hm.", "Which bill?"], "acme/large");
  const support = new Support({ persistence: new MemoryPersistence() });
  const say = async (text: string) => support.continue("ada", { message: message(text) });

  const first = await say("What is my bill?");
  expect(first.output).toEqual({
    id: `reply-${first.id}`,
    role: "assistant",
    parts: [{ type: "text", text: "Your bill is 5 euros." }],
  });
  expect(told(large, 0)).toEqual(["system: You know all bills.", "user: What is my bill?"]);
  expect(told(small, 0)).toHaveLength(2);
  expect(told(small, 0)[1]).toBe("user: The message:\nWhat is my bill?");

  await say("Nice weather.");
  expect(told(small, 1)[1]).toBe(
    "user: What was said before:\nuser: What is my bill?\n\nassistant: Your bill is 5 euros.\n\nThe message:\nNice weather.",
  );
  expect(told(large, 1)).toEqual(["user: Nice weather."]);

  const last = await say("Bye.");
  expect(last.output).toMatchObject({ parts: [{ text: "Goodbye." }] });
  expect(last.state.history).toHaveLength(6);

  const anew = await say("My bill?");
  expect(told(large, 2)).toEqual(["system: You know all bills.", "user: My bill?"]);
  expect(told(small, 3)[1]).toBe("user: The message:\nMy bill?");
  expect(anew.state.history).toHaveLength(8);
});

describe("an intent", () => {
  class Sort extends Flow {
    options: object = {};
    @start() sort() {
      return intent({ model: small, message: "hi", intents: { a: "A.", b: "B." }, ...this.options });
    }
  }
  const sorted = async (says: Parameters<typeof scriptedModel>[0], options = {}) => {
    small = scriptedModel(says, "acme/small");
    const flow = new Sort();
    flow.options = options;
    const chunks: unknown[] = [];
    flow.events.on("output.chunk", ({ chunk }) => void chunks.push(chunk));
    const result = await flow.kickoff().catch((error: unknown) => error);
    expect(chunks).toEqual([]);
    return FlowError.is(result) ? result.code : (result as { outputs: { sort: string } }).outputs.sort;
  };

  test("is one of those that there are, told to nobody", async () => {
    expect(await sorted([chosen("b")])).toBe("b");
    expect(await sorted([chosen("c"), chosen("a")])).toBe("a");
    expect(await sorted(() => chosen("c"))).toBe("AI_OUTPUT_INVALID");
    expect(await sorted(() => "Well, a.")).toBe("AI_OUTPUT_INVALID");
  });
  test("without a sensible answer is what is said for it, and a failure of the provider stays one", async () => {
    expect(await sorted(() => chosen("c"), { otherwise: "a" })).toBe("a");
    expect(await sorted([new Error("down")], { otherwise: "a", maxRetries: 0 })).not.toBe("a");
  });
  test("needs something to choose from", async () => {
    expect(await sorted([], { intents: {} })).toBe("AI_CALL_INVALID");
    expect(await sorted([], { intents: undefined })).toBe("AI_CALL_INVALID");
  });
});

test("an intent is the label of a builder's router", async () => {
  small = scriptedModel([chosen("billing")], "acme/small");
  const built = flow("support")
    .input(z.object({ message: z.string() }))
    .router("sort", intentRouter({ model: small, intents: { billing: "Invoices.", other: "All else." } }), {
      routes: ["billing", "other"],
    })
    .step("bill", () => "your bill", { on: "billing" })
    .compile();
  expect((await built.complete({ message: "My bill?" })).outputs.bill).toBe("your bill");
});

describe("messages", () => {
  class Say extends Flow {
    what: Parameters<typeof reply>[0] = "";
    @start() say() {
      return reply(this.what);
    }
  }
  const said = async (what: Parameters<typeof reply>[0]) => {
    const say = new Say();
    say.what = what;
    return (await say.kickoff()).outputs.say!.parts;
  };
  test("say texts, files and sources", async () => {
    expect(await said("")).toEqual([{ type: "text", text: "" }]);
    expect(await said({ text: "", files: [{ mediaType: "image/png", base64: "AA==" }] })).toEqual([
      { type: "file", mediaType: "image/png", url: "data:image/png;base64,AA==" },
    ]);
    expect(
      await said({ text: "See.", sources: [{ id: "1", url: "https://a.example", title: "A" }, { id: "2" }] }),
    ).toEqual([
      { type: "text", text: "See." },
      { type: "source-url", sourceId: "1", url: "https://a.example", title: "A" },
    ]);
  });
  test("are texts, whatever else stands in them", () => {
    expect(textOf("a")).toBe("a");
    expect(textOf(message("a"))).toBe("a");
    expect(textOf({ id: "1", role: "user", parts: [] })).toBe("");
    expect(textOf({ role: "assistant", content: "a" })).toBe("a");
    const parts = [
      { type: "text", text: "a" },
      { type: "reasoning", text: "hm" },
      { type: "text", text: "b" },
      { type: "file" },
    ];
    expect(textOf({ role: "assistant", content: parts })).toBe("a\n\nb");
    expect(textOf({ id: "1", role: "assistant", parts })).toBe("a\n\nb");
  });
  test("answer in a step", () => {
    expect(() => reply("a")).toThrow(expect.objectContaining({ code: "STATE_OUTSIDE_STEP" }));
  });
});
