/** Requests to chats that nobody sends by accident: never a 500, never more than the sender's own, always a code of the registry. */
import fc from "fast-check";
import { errorCodes } from "millrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chance } from "../../src/chat/reply/testing/chance.js";
import { createServer, type FlowServer } from "../../src/index.js";
import { chatFlows } from "./chat-flows.js";

let server: FlowServer;
beforeAll(async () => {
  server = await createServer({ flows: chatFlows, chat: { bodyBytes: 8_000_000 } });
});
afterAll(() => server.close());

const send = (path: string, body: unknown, method = "POST") =>
  server.fetch(
    new Request(`http://localhost${path}`, {
      method,
      headers: { "content-type": "application/json", "x-ai-sdk-major": "6" },
      ...(method === "POST" && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
const user = (id: string, text: string) => ({ id, role: "user", parts: [{ type: "text", text }] });

const odd = fc.constantFrom<unknown>(
  ...[
    null,
    0,
    -1,
    true,
    "",
    "x",
    "__proto__",
    "\u0000",
    "\ud800",
    "../..",
    [],
    {},
    [[]],
    { type: 5 },
    "reply-",
    "reply-x",
  ],
);
const state = fc.constantFrom("output-available", "approval-responded", "input-available", "output-error", 7);
const part = fc.oneof(
  fc.record({ type: fc.constantFrom("text", "reasoning", "step-start"), text: odd }),
  fc.record({
    type: fc.constantFrom("dynamic-tool", "tool-x", "tool-"),
    toolCallId: odd,
    toolName: odd,
    state,
    output: odd,
    approval: odd,
  }),
  fc.record({ type: fc.constant("file"), url: odd, mediaType: odd }),
  fc.record({ type: fc.constantFrom("data-x", "data-", "constructor", "source-url"), id: odd, data: odd }),
  odd,
);
const message = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      id: fc.oneof(fc.constantFrom("u1", "u2"), odd),
      role: fc.constantFrom("user", "assistant", "system", "tool"),
      parts: fc.array(part, { maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: odd },
);
const body = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      {
        id: fc.oneof(fc.constantFrom("c1", "c2"), odd),
        messages: fc.oneof(fc.array(message, { minLength: 1, maxLength: 3 }), odd),
        trigger: fc.oneof(fc.constantFrom("submit-message", "regenerate-message"), odd),
        messageId: fc.oneof(fc.constantFrom("u1", "u2", "reply-u1"), odd),
        tone: odd,
        constructor: odd,
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.json() },
);

test("whatever is sent, the sender is told what is wrong with it", { timeout: 60_000 }, async () => {
  const flow = fc.constantFrom("Memo", "Echo", "Asking", "Approving", "Paying", "Plain");
  await fc.assert(
    fc.asyncProperty(flow, body, async (name, sent) => {
      const response = await send(`/flows/${name}/chat`, sent);
      const text = await response.text();
      expect(response.status).toBeLessThan(500);
      if (response.status === 200) {
        expect(text.slice(-14)).toBe("data: [DONE]\n\n");
        return;
      }
      expect(Object.keys(errorCodes)).toContain(JSON.parse(text).code);
      expect(text).not.toMatch(/ at .+:\d+|packages\/server|hunter2/);
    }),
    chance({ rounds: 300 }),
  );
});

test.each(["a/b", "a%b", "ü 🎉", "...", "a?b#c", "__proto__", "x".repeat(300)])("a chat by the id %j", async (id) => {
  const response = await send("/flows/Memo/chat", { id, messages: [user("u", "hello")] });
  expect(await response.text()).toContain('"finishReason":"stop"');
  const read = await send(`/flows/Memo/chat/${encodeURIComponent(id)}`, undefined, "GET");
  const chat = (await read.json()) as any;
  expect([chat.id, chat.messages.length]).toEqual([id, 2]);
  const stream = await send(`/flows/Memo/chat/${encodeURIComponent(id)}/stream`, undefined, "GET");
  expect([stream.status, await stream.text()]).toEqual([200, expect.stringContaining('"finishReason":"stop"')]);
});

test("a megabyte of text, ten thousand messages before, ten thousand parts", { timeout: 60_000 }, async () => {
  const long = "word ".repeat(200_000);
  const big = await send("/flows/Echo/chat", { id: "big", messages: [user("u", long)] });
  const text = await big.text();
  const said = [...text.matchAll(/^data: (\{"type":"text-delta".*)$/gm)].map(([, chunk]) => JSON.parse(chunk!).delta);
  expect(said.join("")).toBe(long);
  const many = Array.from({ length: 10_000 }, (_, i) => user(`m${i}`, "x"));
  expect((await send("/flows/Echo/chat", { id: "many", messages: many })).status).toBe(200);
  const parts = Array.from({ length: 10_000 }, () => ({ type: "text", text: "y" }));
  const wide = await send("/flows/Memo/chat", { id: "wide", messages: [{ id: "w", role: "user", parts }] });
  expect(await wide.text()).toContain(`${"y".repeat(10_000)}`);
  const larger = await send("/flows/Memo/chat", { id: "l", messages: [user("u", "z".repeat(9_000_000))] });
  const { code, hint } = (await larger.json()) as any;
  expect([larger.status, code, hint]).toEqual([
    413,
    "SERVER_BODY_TOO_LARGE",
    expect.stringContaining("chat.bodyBytes"),
  ]);
});
