import { ChatMessage, Flow, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { majors } from "../../src/chat/reply/testing/clients.js";
import { until } from "../support/until.js";
import { serve, texts, user } from "./chat-server.js";

test("the answer has the headers that clients and proxies look for", async () => {
  const { post } = await serve();
  const { status, headers, text } = await post("/flows/Memo/chat", { id: "c", messages: [user("u1", "one")] });
  expect(status).toBe(200);
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-vercel-ai-ui-message-stream": "v1",
    "x-accel-buffering": "no",
  });
  expect(text.startsWith('data: {"type":"start","messageId":"reply-')).toBe(true);
  expect(text).toMatch(
    /data: {"type":"finish","finishReason":"stop","messageMetadata":{"runId":"[^"]+"}}\n\ndata: \[DONE\]\n\n$/,
  );
});

test("a message that is sent twice is one turn", async () => {
  const { server, post, ask } = await serve();
  const body = { id: "c", messages: [user("u1", "slow one")] };
  const both = await Promise.all([post("/flows/Memo/chat", body), post("/flows/Memo/chat", body)]);
  const again = await post("/flows/Memo/chat", body);
  const reply = (text: string) =>
    [...text.matchAll(/"delta":("[^"]*")/g)].map(([, delta]) => JSON.parse(delta!)).join("");
  for (const { status, text } of [...both, again]) expect([status, reply(text)]).toEqual([200, "1: slow one"]);
  const flow = server.host.flows.get("Memo")!.flow;
  expect((await flow.runs.list()).runs).toHaveLength(1);
  expect(texts((await ask("/flows/Memo/chat/c")).body.messages)).toEqual(["slow one", "1: slow one"]);
});

test("messages that were sent with the same id have ids of their own in the transcript, and can be edited", async () => {
  const { post, ask } = await serve();
  for (const text of ["one", "two", "three"]) await post("/flows/Memo/chat", { id: "c", messages: [user("u", text)] });
  const { body } = await ask("/flows/Memo/chat/c");
  const ids = body.messages.map(({ id }: any) => id);
  expect(new Set(ids).size).toBe(6);
  expect(ids[4]).toBe("u");
  const edited = { ...user(ids[2], "zwei") };
  await post("/flows/Memo/chat", { id: "c", messages: [edited], messageId: ids[2] });
  expect(texts((await ask("/flows/Memo/chat/c")).body.messages)).toEqual(["one", "1: one", "zwei", "2: one | zwei"]);
});

test("a failed turn goes on with the same message, from where it failed", async () => {
  const { server, post } = await serve();
  const body = { id: "c", messages: [user("u1", "fail")] };
  await post("/flows/Memo/chat", body);
  const { text } = await post("/flows/Memo/chat", body);
  expect(text).toContain("has failed");
  const { flow } = server.host.flows.get("Memo")!;
  const { runs } = await flow.runs.list();
  expect(runs).toHaveLength(1);
  const history = await flow.runs.history(runs[0]!.id);
  expect(history.filter(({ entry }) => entry.type === "completed")).toHaveLength(1);
});

test("one turn at a time", async () => {
  const { post, ask } = await serve();
  const first = post("/flows/Memo/chat", { id: "c", messages: [user("u1", `slow300 ${"so much ".repeat(100)}`)] });
  const status = async () => (await ask("/flows/Memo/chat/c")).body?.status;
  await until(async () => (await status()) === "running");
  const second = await post("/flows/Memo/chat", { id: "c", messages: [user("u2", "two")] });
  expect([second.status, second.body.code]).toEqual([409, "SESSION_BUSY"]);
  expect(await status()).toBe("running");
  expect((await post("/flows/Memo/chat/c/stop", {})).body).toEqual({ stopped: true });
  expect((await first).status).toBe(200);
});

test("what a chat takes beside messages is set once", async () => {
  const { server, post } = await serve();
  const send = (id: string, more: object) => post("/flows/Memo/chat", { id: "c", messages: [user(id, id)], ...more });
  expect((await send("u1", { tone: "kind" })).status).toBe(200);
  expect((await send("u2", {})).status).toBe(200);
  expect((await send("u3", { tone: "kind" })).status).toBe(200);
  const other = await send("u4", { tone: "rude" });
  expect([other.status, other.body.code]).toEqual([409, "CHAT_INPUTS_SET"]);
  const unknown = await send("u4", { tome: "kind" });
  expect([unknown.status, unknown.body.code, unknown.body.hint]).toEqual([
    400,
    "CHAT_REQUEST_INVALID",
    'Did you mean "tone"?',
  ]);
  const { flow } = server.host.flows.get("Memo")!;
  for await (const { id } of flow.runs.line("c")) expect(await flow.runs.inputs(id)).toMatchObject({ tone: "kind" });
});

describe.each(["each message", "the first alone"])("inputs that the flow makes something of, sent with %s", (when) => {
  test.each(majors)("are given as they were sent to each turn of a client of ai %i", async (major) => {
    const made: unknown[] = [];
    class Priced extends Flow<typeof Priced> {
      static inputs = z.object({
        message: ChatMessage,
        price: z.number().transform((price) => price * 2),
        letters: z.string().transform((text) => text.length),
        tag: z
          .string()
          .default("x")
          .transform((tag) => `${tag}!`),
        chosen: z.number().default(() => made.length),
        since: z.date(),
      });
      static output = ChatMessage;
      @start() answer({ message: _, ...inputs }: { message: ChatMessage }): ChatMessage {
        made.push(inputs);
        return { id: "r", role: "assistant", parts: [{ type: "text", text: "well" }] };
      }
    }
    const { client, post } = await serve({ flows: [Priced] });
    const body = { price: 1, letters: "four", since: "2020-01-01T00:00:00.000Z" };
    const chat = client(major, "Priced", { id: "c", body });
    await chat.sendMessage({ text: "1" });
    for (let turn = 2; turn < 5; turn++) {
      if (when === "each message") await chat.sendMessage({ text: String(turn) });
      else expect((await post("/flows/Priced/chat", { id: "c", messages: [user(`u${turn}`, "x")] })).status).toBe(200);
      expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    }
    const inputs = { price: 2, letters: 4, tag: "x!", chosen: 0, since: new Date(body.since) };
    expect(made).toEqual(Array(4).fill(inputs));
    const said = { id: "c", messages: [user("z", "x")] };
    expect((await post("/flows/Priced/chat", { ...said, price: 2 })).body.code).toBe("CHAT_INPUTS_SET");
    expect((await post("/flows/Priced/chat", { ...said, letters: "five" })).status).toBe(200);
  });
});

test.each([
  ["nothing", undefined, 400, "CHAT_REQUEST_INVALID"],
  ["a list", [], 400, "CHAT_REQUEST_INVALID"],
  ["no messages", { id: "c" }, 400, "CHAT_REQUEST_INVALID"],
  ["no id", { messages: [user("u", "x")] }, 400, "CHAT_REQUEST_INVALID"],
  ["an id that is none", { id: "a\u0000b", messages: [user("u", "x")] }, 400, "CHAT_REQUEST_INVALID"],
  ["an id that addresses resolve", { id: "..", messages: [user("u", "x")] }, 400, "CHAT_REQUEST_INVALID"],
  ["half a character as an id", { id: "a\ud83d", messages: [user("u", "x")] }, 400, "CHAT_REQUEST_INVALID"],
  ["what is no message", { id: "c", messages: [{ role: "user" }] }, 400, "CHAT_REQUEST_INVALID"],
  ["another trigger", { id: "c", trigger: "resume", messages: [user("u", "x")] }, 400, "CHAT_REQUEST_INVALID"],
  ["a system's message", { id: "c", messages: [{ ...user("u", "x"), role: "system" }] }, 400, "CHAT_REQUEST_INVALID"],
  ["an assistant's message", { id: "c", messages: [{ ...user("u", "x"), role: "assistant" }] }, 409, "QUESTION_CLOSED"],
  [
    "an unknown message again",
    { id: "c", trigger: "regenerate-message", messages: [{ ...user("u", "x"), role: "assistant" }] },
    404,
    "CHAT_MESSAGE_UNKNOWN",
  ],
])("%s is refused", async (_, body, ...expected) => {
  const { post } = await serve();
  const refused = await post("/flows/Memo/chat", body);
  expect([refused.status, refused.body?.code]).toEqual(expected);
});

test.each([
  ["file:///etc/passwd", false],
  ["http://127.0.0.1/x", false],
  ["http://[::1]/x", false],
  ["http://localhost:8080/x", false],
  ["http://169.254.169.254/latest", false],
  ["http://0x7f000001/", false],
  ["https://me:pw@example.com/x", false],
  ["javascript:alert(1)", false],
  ["data:image/png;base64,AAAA", true],
  ["https://example.com/cat.png", true],
])("a file at %s", async (url, taken) => {
  const { post } = await serve();
  const message = { ...user("u", "x"), parts: [{ type: "file", mediaType: "image/png", url }] };
  const { status, body } = await post("/flows/Memo/chat", { id: "c", messages: [message] });
  expect([status, body?.code]).toEqual(taken ? [200, undefined] : [422, "CHAT_FILE_REFUSED"]);
});

test("who sees all chats opens what the list shows; what is written there stays its owner's", async () => {
  const keys = [
    { key: "key-of-ada-0123456789", subject: "ada" },
    { key: "key-of-eve-0123456789", subject: "eve" },
    { key: "key-of-boss-123456789", subject: "boss", everyone: true },
    "key-of-operator-0123456789",
  ];
  const { post, ask } = await serve({ auth: { keys } });
  const as = (n: number) => {
    const key = keys[n]!;
    return { authorization: `Bearer ${typeof key === "string" ? key : key.key}` };
  };
  const send = (n: number, id: string, text: string) =>
    post("/flows/Memo/chat", { id, messages: [user(text, text)] }, as(n));
  await send(0, "c", "mine");
  for (const [n, text] of [
    [2, "from boss"],
    [3, "from operator"],
  ] as const) {
    const { chats } = (await ask("/flows/Memo/chat", { headers: as(n) })).body;
    expect(chats).toHaveLength(1);
    const { status, body } = await ask(`/flows/Memo/chat/${chats[0].id}`, { headers: as(n) });
    expect([status, texts(body.messages)[0]]).toEqual([200, "mine"]);
    expect((await send(n, chats[0].id, text)).status).toBe(200);
  }
  const { body } = await ask("/flows/Memo/chat/c", { headers: as(0) });
  expect(texts(body.messages).filter((_, i) => i % 2 === 0)).toEqual(["mine", "from boss", "from operator"]);
  const { runs } = (await ask("/runs", { headers: as(0) })).body;
  expect(runs).toHaveLength(3);
  const fork = await post(`/runs/${runs[0].id}/fork`, {}, as(2));
  expect(fork.status).toBe(201);
  expect((await ask(`/runs/${fork.body.id}`, { headers: as(0) })).status).toBe(200);
  const other = (await ask("/flows/Memo/chat", { headers: as(3) })).body.chats[0].id;
  expect((await ask(`/flows/Memo/chat/${other}`, { headers: as(1) })).status).toBe(404);
  expect((await ask(`/runs/${fork.body.id}`, { headers: as(1) })).status).toBe(404);
});

test("a flow that is no chat says why", async () => {
  const { post } = await serve();
  const { status, body } = await post("/flows/Plain/chat", { id: "c", messages: [user("u", "x")] });
  expect([status, body.code]).toEqual([404, "CHAT_FLOW_INVALID"]);
  expect(body.detail).toMatch(/declares no output/);
  expect(body.hint).toMatch(/static output = ChatMessage/);
});

test("chats of one subject are unknown to another", async () => {
  const keys = [
    { key: "key-of-ada-0123456789", subject: "ada" },
    { key: "key-of-bob-0123456789", subject: "bob" },
  ];
  const { post, ask } = await serve({ auth: { keys } });
  const as = (n: number) => ({ authorization: `Bearer ${keys[n]!.key}` });
  const send = (n: number, id: string, text: string) =>
    post("/flows/Memo/chat", { id: "c", messages: [user(id, text)] }, as(n));
  await send(0, "u1", "mine");
  expect((await ask("/flows/Memo/chat/c", { headers: as(1) })).status).toBe(404);
  const other = await send(1, "u1", "yours");
  expect(other.text).toContain("1: ");
  const read = async (n: number) => texts((await ask("/flows/Memo/chat/c", { headers: as(n) })).body.messages);
  expect(await read(0)).toEqual(["mine", "1: mine"]);
  expect(await read(1)).toEqual(["yours", "1: yours"]);
  const { body } = await ask("/flows/Memo/chat", { headers: as(0) });
  expect(body.chats).toMatchObject([{ id: "c", status: "completed" }]);
  expect((await ask("/flows/Memo/chat/c")).status).toBe(401);
});

test("an idle chat, also one that there is not, has no stream", async () => {
  const { ask } = await serve();
  expect((await ask("/flows/Memo/chat/nope/stream")).status).toBe(204);
  expect((await ask("/flows/Memo/chat/nope")).body.code).toBe("CHAT_NOT_FOUND");
});
