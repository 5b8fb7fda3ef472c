/**
 * What steps and tools throw is told to nobody outside, wherever it stands: answers, events, states, questions, chats. Operators see it
 * in runs, without stacks; the log has it.
 */
import { generate, reply, tool } from "@millrace/ai";
import {
  approval,
  ChatMessage,
  collect,
  Flow,
  type FlowError,
  failed,
  forEach,
  listen,
  memory,
  router,
  type Settled,
  settled,
  start,
} from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { scriptedModel } from "../../ai/test/support/scripted-model.js";
import { serve } from "./serve.js";

const thrown = () => {
  throw new Error("password=hunter2");
};
const secret = /hunter2/;
const stack = /\n\s+at |packages\/server|node_modules/;

class Bot extends Flow<typeof Bot> {
  static inputs = z.object({ message: ChatMessage });
  static state = z.object({ talk: memory() });
  static output = ChatMessage;
  @start() async answer({ message }: { message: ChatMessage }) {
    const db = tool({ parameters: z.object({}), run: thrown });
    const model = scriptedModel([{ text: "I look.", calls: [{ id: "w1", tool: "db", input: {} }] }, "No luck."]);
    const answer = await generate({ model, messages: message, memory: "talk", tools: { db }, maxRetries: 0 });
    // also as a step keeps it
    this.emit({ type: "data-calls", data: answer.toolCalls });
    return reply(answer);
  }
}

class Broken extends Flow {
  @start() charge() {
    thrown();
  }
}

/** Its errors go on as payloads, results, in the state and to people. */
class Careful extends Flow<typeof Careful> {
  static state = z.object({ errors: z.array(z.unknown()).default([]) });
  @start({ retry: { attempts: 2, delay: 1 } }) charge(): number {
    return thrown();
  }
  @listen(failed("charge")) lose(error: FlowError) {
    this.emit({ failed: error.toJSON() });
    this.state.errors.push(error.toJSON());
    return { error: error.toJSON() };
  }
  @listen("lose") list() {
    return [1, 2];
  }
  @forEach("list", { onError: "collect" }) each(n: number): number {
    return n === 1 ? thrown() : n;
  }
  @listen(collect(settled("each"))) gather(all: Settled<number>[]) {
    return all.map((one) => (one.status === "failed" ? { ...one, error: one.error.toJSON() } : one));
  }
  @router("gather") review(all: readonly object[]) {
    return approval({ all }, { message: "Go on?", outcomes: ["yes", "no"] as const });
  }
  @listen("yes") done() {
    return this.state.errors;
  }
}

const flows = [Bot, Broken, Careful];
const message = { id: "m", role: "user", parts: [{ type: "text", text: "hi" }] };
const json = (text: unknown): string => (typeof text === "string" ? text : JSON.stringify(text));

/** Asks for everything that tells of these flows, and answers what was told where. */
async function allThatIsTold(options: object, headers: Record<string, string> = {}) {
  const { ask, post } = await serve({ flows, limits: { wait: "2s" }, ...options });
  const told: Record<string, string> = {};
  const note = async (name: string, answer: Promise<{ body: unknown }>) => {
    const { body } = await answer;
    told[name] = json(body);
    return body as any;
  };
  await note("chat stream", post("/flows/Bot/chat", { id: "c", messages: [message] }, headers));
  await note("chat", ask("/flows/Bot/chat/c", { headers }));
  await note("chats", ask("/flows/Bot/chat", { headers }));
  await note("bot", post("/flows/Bot?wait=2", { message }, headers));
  await note("broken", post("/flows/Broken?wait=2", {}, headers));
  await note("stream of broken", post("/flows/Broken/stream", {}, headers));
  await note("stream of bot", post("/flows/Bot/stream", { message }, headers));
  const { id } = await note("careful", post("/flows/Careful?wait=2", {}, headers));
  const { questions } = await note("questions", ask(`/questions?run=${id}`, { headers }));
  const question = `/questions/${encodeURIComponent(questions[0].id)}`;
  await note("question", ask(question, { headers }));
  const { url } = await note("link", post(`${question}/links`, {}, headers));
  const { pathname } = new URL(url);
  await note("opened link", ask(pathname));
  await note("page of a link", ask(pathname, { headers: { accept: "text/html" } }));
  await note("answer", post(`${question}?wait=2`, { outcome: "yes" }, headers));
  const { runs } = await note("runs", ask("/runs", { headers }));
  expect(runs.length).toBe(6);
  for (const { id, flow } of runs as { id: string; flow: string }[]) {
    await note(`run ${flow}`, ask(`/runs/${id}`, { headers }));
    await note(`state ${flow}`, ask(`/runs/${id}/state`, { headers }));
    await note(`events ${flow}`, ask(`/runs/${id}/events`, { headers }));
    await note(`stream ${flow}`, ask(`/runs/${id}/events`, { headers: { ...headers, accept: "text/event-stream" } }));
  }
  const forked = await note("fork", post(`/runs/${id}/fork`, { at: "lose" }, headers));
  await note("state of a fork", ask(`/runs/${forked.id}/state`, { headers }));
  return Object.entries(told);
}

const telling = (told: readonly (readonly [string, string])[], what: RegExp) =>
  told.filter(([, text]) => what.test(text)).map(([name]) => name);

const adas = "adas-own-key-0123456789";
const operators = "operators-key-0123456789";
const keys = [operators, { key: adas, subject: "ada" }];

test("nobody is told where there is no auth", async () => {
  const told = await allThatIsTold({});
  expect(telling(told, secret)).toEqual([]);
  expect(telling(told, stack)).toEqual([]);
});

test("a subject is not told of its own runs", async () => {
  const told = await allThatIsTold({ auth: { keys } }, { authorization: `Bearer ${adas}` });
  expect(telling(told, secret)).toEqual([]);
});

test("operators are told in runs, not in chats and links, and never a stack", async () => {
  const told = await allThatIsTold({ auth: { keys } }, { authorization: `Bearer ${operators}` });
  const where = telling(told, secret);
  for (const name of [
    "broken",
    "run Broken",
    "events Bot",
    "state Bot",
    "stream of broken",
    "questions",
    "run Careful",
  ])
    expect(where).toContain(name);
  expect(where.filter((name) => /chat|link/.test(name))).toEqual([]);
  expect(telling(told, stack)).toEqual([]);
});

test("for development all of it is told, still without a stack", async () => {
  const told = await allThatIsTold({ exposeErrors: true });
  const where = telling(told, secret);
  for (const name of ["chat stream", "broken", "opened link", "page of a link"]) expect(where).toContain(name);
  expect(telling(told, stack)).toEqual([]);
});
