/** Several questions of one turn, answered in any order; messages that are typed while one is open; answers that come twice. */
import { flowTool, generate, reply as replied, tool } from "@millrace/ai";
import { ChatMessage, Flow, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { scriptedModel } from "../../../ai/test/support/scripted-model.js";
import { majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { until } from "../support/until.js";
import { serve, shownParts, texts, user } from "./chat-server.js";

const reply = (text: string): ChatMessage => ({ id: "r", role: "assistant", parts: [{ type: "text", text }] });

/** Asks two things at once, and remembers what it was told. */
class Trip extends Flow<typeof Trip> {
  static inputs = z.object({ message: ChatMessage });
  static state = z.object({ heard: z.array(z.string()).default([]) });
  static output = ChatMessage;

  @start() async plan({ message }: { message: ChatMessage }) {
    this.state.heard.push(textOf(message));
    if (!textOf(message).startsWith("plan")) return reply(`heard ${this.state.heard.join(" | ")}`);
    this.emit("Two questions. ");
    const [days, meals] = await Promise.all([
      this.ask("How many days?", { schema: z.number().min(1), key: "days" }),
      this.ask("How many meals?", { schema: z.number(), key: "meals" }),
    ]);
    return reply(`Two questions. ${days} days, ${meals} meals.`);
  }
}

/** Speaks before each question. */
class Form extends Flow<typeof Form> {
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;

  @start() async fill() {
    const given: string[] = [];
    for (const word of ["Your name? ", "Your town? ", "Your town's age? "]) {
      for (const part of word.split(/(?<= )/)) this.emit(part);
      given.push(await this.ask(word, { schema: z.string() }));
    }
    this.emit("Thanks.");
    return reply(`Thanks. ${given.join(", ")}`);
  }
}

const calls = (message: any) => message.parts.filter(({ toolCallId }: any) => toolCallId);
const callOf = (message: any, prompt: string) => calls(message).find(({ input }: any) => input?.prompt === prompt);
const states = (message: any) => calls(message).map(({ state }: any) => state);
async function asked(major: 5 | 6 | 7, options: object = {}) {
  const served = await serve({ flows: [Trip] });
  const chat = served.client(major, "Trip", options);
  await chat.sendMessage({ text: "plan" });
  const tell = (prompt: string, output: unknown) =>
    chat.addToolOutput({ tool: "ask", toolCallId: callOf(chat.messages[1], prompt).toolCallId, output });
  return { ...served, chat, tell };
}

describe.each(majors)("a client of ai %i", (major) => {
  test("is told once what a step says between its questions", async () => {
    const { client, ask } = await serve({ flows: [Form] });
    const chat = client(major, "Form");
    await chat.sendMessage({ text: "go" });
    for (const output of ["Ada", "Rome", "36"]) {
      const [open] = calls(chat.messages[1]).filter(({ state }: any) => state === "input-available");
      await chat.addToolOutput({ tool: "ask", toolCallId: open.toolCallId, output });
      await chat.sendMessage();
    }
    const said = ["Your name? ", "Your town? ", "Your town's age? ", "Thanks.", "Ada, Rome, 36"];
    const textsOf = ({ parts }: any) => parts.flatMap(({ type, text }: any) => (type === "text" ? [text.trim()] : []));
    expect(textsOf(chat.messages[1])).toEqual(said.map((text) => text.trim()));
    expect(shownParts((await ask(`/flows/Form/chat/${chat.id}`)).body.messages)).toEqual(shownParts(chat.messages));
  });

  test.each([
    ["How many days?", "How many meals?"],
    ["How many meals?", "How many days?"],
  ])("answers one after the other, first %j", async (first, second) => {
    const { chat, tell } = await asked(major);
    await tell(first, 3);
    await chat.sendMessage();
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(callOf(chat.messages[1], first)).toMatchObject({ state: "output-available", output: 3 });
    expect(callOf(chat.messages[1], second)).toMatchObject({ state: "input-available" });
    await tell(second, 3);
    await chat.sendMessage();
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(textOf(chat.messages[1])).toBe("Two questions. 3 days, 3 meals.");
    expect(chat.messages).toHaveLength(2);
  });

  test("answers both at once, by itself when both are given", async () => {
    const { chat, tell } = await asked(major, { again: "outputs" });
    await tell("How many meals?", 4);
    await tell("How many days?", 2);
    await until(() => chat.status === "ready" && textOf(chat.messages[1]).includes("days"));
    expect(textOf(chat.messages[1])).toBe("Two questions. 2 days, 4 meals.");
    expect(states(chat.messages[1])).toEqual(["output-available", "output-available"]);
  });

  test("is told which of two answers does not fit; neither is taken", async () => {
    const { chat, tell, ask } = await asked(major);
    await tell("How many meals?", 4);
    await tell("How many days?", "many");
    await chat.sendMessage();
    expect(chat.status).toBe("error");
    expect(JSON.parse(chat.error!.message)).toMatchObject({
      status: 422,
      code: "ANSWER_INVALID",
      question: callOf(chat.messages[1], "How many days?").toolCallId,
    });
    expect(chat.error?.message).toContain("How many days?");
    expect((await ask("/questions")).body.questions).toHaveLength(2);
    await tell("How many days?", 2);
    await chat.sendMessage();
    expect(textOf(chat.messages[1])).toBe("Two questions. 2 days, 4 meals.");
  });

  test("may give an answer twice, and is told what came of it", async () => {
    let lose = false;
    const flaky: typeof fetch = async (...request) => {
      const response = await fetch(...request);
      if (!lose) return response;
      lose = false;
      await response.text();
      throw new Error("the line is cut");
    };
    const { chat, tell } = await asked(major, { fetch: flaky });
    await tell("How many meals?", 4);
    await tell("How many days?", 2);
    lose = true;
    await chat.sendMessage();
    expect(chat.status).toBe("error");
    await chat.sendMessage();
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(textOf(chat.messages[1])).toBe("Two questions. 2 days, 4 meals.");
    await tell("How many days?", 9);
    await tell("How many meals?", 9);
    await chat.sendMessage();
    expect(JSON.parse(chat.error!.message)).toMatchObject({ status: 409, code: "QUESTION_CLOSED" });
  });

  test("types on instead of answering: the questions are left, and the chat goes on", async () => {
    const { chat, ask, tell } = await asked(major);
    await chat.sendMessage({ text: "never mind" });
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(textOf(chat.messages[3])).toBe("heard never mind");
    expect((await ask("/questions")).body.questions).toEqual([]);
    // who answers all the same is too late, in whichever message
    await tell("How many days?", 2);
    const { body } = await ask(`/flows/Trip/chat/${chat.id}`);
    expect(body.status).toBe("completed");
    expect(texts(body.messages.filter(({ role }: any) => role === "user"))).toEqual(["plan", "never mind"]);
    expect(body.messages.flatMap(states)).not.toContain("input-available");
    await chat.sendMessage({ text: "and on" });
    expect(textOf(chat.messages.at(-1))).toBe("heard never mind | and on");
  });

  test("answers and types on in one: the answers count, then the message", async () => {
    const { chat, tell, server } = await asked(major);
    await tell("How many days?", 2);
    await tell("How many meals?", 5);
    await chat.sendMessage({ text: "and then" });
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(textOf(chat.messages[3])).toBe("heard plan | and then");
    const { flow } = server.host.flows.get("Trip")!;
    const line: string[] = [];
    for await (const { status } of flow.runs.line(chat.id)) line.push(status);
    expect(line).toEqual(["completed", "completed"]);
  });

  test("has another reply made, or edits, while a question is open", async () => {
    const { chat } = await asked(major);
    await chat.regenerate();
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(states(chat.messages[1])).toEqual(["input-available", "input-available"]);
    await chat.sendMessage({ text: "no plan", messageId: chat.messages[0].id });
    expect(textOf(chat.messages[1])).toBe("heard no plan");
  });

  test("asks again for the reply to a message that has never arrived", async () => {
    let down = false;
    const flaky: typeof fetch = (...request) => (down ? Promise.reject(new Error("down")) : fetch(...request));
    const { client } = await serve({ flows: [Trip] });
    const chat = client(major, "Trip", { fetch: flaky });
    for (const text of ["one", "two"]) {
      down = true;
      await chat.sendMessage({ text });
      expect(chat.status).toBe("error");
      down = false;
      await chat.regenerate();
      expect(chat.error).toBeUndefined();
    }
    expect(texts(chat.messages)).toEqual(["one", "heard one", "two", "heard one | two"]);
  });

  test("is asked by a tool, which waits for the answer; a page that is opened then finds the question", async () => {
    class Count extends Flow<typeof Count> {
      static inputs = z.object({});
      @start() async count() {
        return this.ask("How many seats?", { schema: z.number() });
      }
    }
    const calledTools = ["own", "inner"].map((name) => ({ id: name, tool: name, input: {} }));
    const model = scriptedModel([{ text: "Let me see.", calls: calledTools }, "Booked."]);
    class Booking extends Flow<typeof Booking> {
      static inputs = z.object({ message: ChatMessage });
      static output = ChatMessage;
      @start() async book() {
        const own = tool({
          parameters: z.object({}),
          once: false,
          run: (_, tools) => tools.ask("How many rooms?", { schema: z.number() }),
        });
        return replied(
          await generate({ model, prompt: "book", tools: { own, inner: flowTool(Count) }, maxRetries: 0 }),
        );
      }
    }
    const { client, ask } = await serve({ flows: [Booking] });
    const chat = client(major, "Booking", { again: "outputs" });
    await chat.sendMessage({ text: "book" });
    expect(calls(chat.messages[1]).map(({ toolName, state }: any) => `${toolName} ${state}`)).toEqual([
      "own input-available",
      "inner input-available",
      "ask input-available",
      "ask input-available",
    ]);
    const { body } = await ask(`/flows/Booking/chat/${chat.id}`);
    expect(body.status).toBe("waiting");
    for (const prompt of ["How many rooms?", "How many seats?"])
      expect(callOf(body.messages[1], prompt)).toMatchObject({ state: "input-available" });
    for (const [prompt, output] of [
      ["How many rooms?", 2],
      ["How many seats?", 4],
    ] as const)
      await chat.addToolOutput({ tool: "ask", toolCallId: callOf(chat.messages[1], prompt).toolCallId, output });
    await until(() => chat.status === "ready" && textOf(chat.messages[1]).includes("Booked"));
    expect(calls(chat.messages[1]).map(({ toolName, state, output }: any) => [toolName, state, output])).toEqual([
      ["own", "output-available", 2],
      ["inner", "output-available", 4],
      ["ask", "output-available", 2],
      ["ask", "output-available", 4],
    ]);
  });
});

test("a message that is sent twice instead of an answer is one turn", async () => {
  const { post, ask, server } = await serve({ flows: [Trip] });
  const send = (id: string, text: string) => post("/flows/Trip/chat", { id: "c", messages: [user(id, text)] });
  await send("u1", "plan");
  const told = await Promise.all([1, 2, 3].map(() => send("u2", "never mind")));
  for (const { status, body } of told) expect(status === 200 || body.code === "SESSION_BUSY").toBe(true);
  expect(told.some(({ text }) => text.includes("heard never mind"))).toBe(true);
  const { body } = await ask("/flows/Trip/chat/c");
  expect([body.status, texts(body.messages.slice(2))]).toEqual(["completed", ["never mind", "heard never mind"]]);
  const { runs } = await server.host.flows.get("Trip")!.flow.runs.list();
  expect(runs.map(({ status }) => status)).toEqual(["completed", "cancelled"]);
});

test("who may not answer leaves no question", async () => {
  const keys = [{ key: "key-of-ada-0123456789", subject: "ada", flows: { Trip: ["read", "run"] } }] as const;
  const { post, ask } = await serve({ flows: [Trip], auth: { keys } });
  const headers = { authorization: `Bearer ${keys[0].key}` };
  const send = (id: string, text: string) => post("/flows/Trip/chat", { id: "c", messages: [user(id, text)] }, headers);
  expect((await send("u1", "plan")).status).toBe(200);
  const refused = await send("u2", "never mind");
  expect([refused.status, refused.body.code]).toEqual([409, "SESSION_BUSY"]);
  expect((await ask("/flows/Trip/chat/c", { headers })).body.status).toBe("waiting");
});

test("a message that is refused leaves no question", async () => {
  const { post, ask } = await serve({ flows: [Trip] });
  const send = (message: object, more: object = {}) =>
    post("/flows/Trip/chat", { id: "c", messages: [message], ...more });
  await send(user("u1", "plan"));
  expect((await send(user("u2", "on"), { unknown: 1 })).body.code).toBe("CHAT_REQUEST_INVALID");
  expect((await ask("/flows/Trip/chat/c")).body.status).toBe("waiting");
});
