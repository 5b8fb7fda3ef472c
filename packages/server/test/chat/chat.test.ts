import { describe, expect, test } from "vitest";
import { majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { until } from "../support/until.js";
import { serve, shownParts, texts } from "./chat-server.js";

describe.each(majors)("a client of ai %i", (major) => {
  test("talks with a flow that remembers", async () => {
    const { client, ask } = await serve();
    const chat = client(major, "Memo");
    await chat.sendMessage({ text: "one" });
    expect(chat.error).toBeUndefined();
    await chat.sendMessage({ text: "two" });
    expect(texts(chat.messages)).toEqual(["one", "1: one", "two", "2: one | two"]);
    const { body } = await ask(`/flows/Memo/chat/${chat.id}`);
    expect(body.status).toBe("completed");
    expect(texts(body.messages)).toEqual(texts(chat.messages));
    expect(body.messages.map(({ id }: any) => id)).toEqual(chat.messages.map(({ id }) => id));
  });

  test("talks with a flow that takes the client's history", async () => {
    const { client } = await serve();
    const chat = client(major, "Echo");
    await chat.sendMessage({ text: "one" });
    await chat.sendMessage({ text: "two" });
    expect(texts(chat.messages)).toEqual(["one", "one", "two", "one | one | two"]);
    await chat.regenerate();
    expect(texts(chat.messages)).toEqual(["one", "one", "two", "one | one | two"]);
    expect(chat.error).toBeUndefined();
  });

  test("has a reply made anew, the newest or an older one, and edits", async () => {
    const { client } = await serve();
    const chat = client(major, "Memo");
    await chat.sendMessage({ text: "one" });
    await chat.sendMessage({ text: "two" });
    const [, first] = chat.messages;
    await chat.regenerate();
    expect(texts(chat.messages)).toEqual(["one", "1: one", "two", "2: one | two"]);
    await chat.sendMessage({ text: "zwei", messageId: chat.messages[2].id });
    expect(texts(chat.messages)).toEqual(["one", "1: one", "zwei", "2: one | zwei"]);
    await chat.regenerate({ messageId: first.id });
    expect(chat.error).toBeUndefined();
    expect(texts(chat.messages)).toEqual(["one", "1: one"]);
    expect(chat.messages[1].id).not.toBe(first.id);
    await chat.sendMessage({ text: "three" });
    expect(texts(chat.messages)).toEqual(["one", "1: one", "three", "2: one | three"]);
  });

  test("is told of a failure in words for outsiders, and tries again", async () => {
    const { client } = await serve();
    const chat = client(major, "Memo");
    await chat.sendMessage({ text: "please fail" });
    expect(chat.status).toBe("error");
    expect(chat.error?.message).toBe('Step "answer" has failed.');
    await chat.regenerate();
    expect(chat.error?.message).toBe('Step "answer" has failed.');
    await chat.sendMessage({ text: "better" });
    expect(textOf(chat.messages.at(-1))).toBe("2: please fail | better");
  });

  test("answers a question", async () => {
    const { client, ask } = await serve();
    const chat = client(major, "Asking");
    await chat.sendMessage({ text: "book" });
    const part = chat.messages[1].parts.at(-1);
    expect(part).toMatchObject({ toolName: "ask", state: "input-available", input: { prompt: "How many days?" } });
    const { body } = await ask(`/flows/Asking/chat/${chat.id}`);
    expect(body.status).toBe("waiting");
    expect(shownParts(body.messages)).toEqual(shownParts(chat.messages));
    await chat.addToolOutput({ tool: "ask", toolCallId: part.toolCallId, output: 3 });
    await chat.sendMessage();
    expect(chat.error).toBeUndefined();
    expect(chat.messages).toHaveLength(2);
    expect(textOf(chat.messages[1])).toBe("Let me ask. Thank you. 3 days it is.");
  });

  test("decides on an approval, by itself once it is decided", async () => {
    const { client } = await serve();
    const chat = client(major, "Approving", { again: "outputs" });
    await chat.sendMessage({ text: "hello" });
    const part = chat.messages[1].parts.at(-1);
    expect(part).toMatchObject({ toolName: "approval", input: { outcomes: ["yes", "no"], value: "hello" } });
    await chat.addToolOutput({ tool: "approval", toolCallId: part.toolCallId, output: { outcome: "yes" } });
    await until(() => chat.status === "ready" && textOf(chat.messages[1]) !== "");
    expect(textOf(chat.messages[1])).toBe("sent");
  });

  test("lets a tool be called, or not", async () => {
    const { client } = await serve();
    for (const approved of [true, false]) {
      const chat = client(major, "Paying");
      await chat.sendMessage({ text: "pay" });
      const [part] = chat.messages[1].parts;
      expect(part).toMatchObject({ toolName: "pay", state: "input-available", input: { sum: 3 } });
      await chat.addToolOutput({ tool: "pay", toolCallId: part.toolCallId, output: approved });
      await chat.sendMessage();
      expect(chat.error).toBeUndefined();
      expect(chat.messages[1].parts[0].state).toBe(approved ? "output-available" : "output-error");
      expect(textOf(chat.messages[1])).toBe(approved ? "It is paid." : "It is not paid.");
    }
  });

  test("comes back in the middle of a reply, and when it is over", async () => {
    const { client } = await serve();
    const chat = client(major, "Memo");
    const sent = chat.sendMessage({ text: "slow50 one two three" });
    await until(() => textOf(chat.messages.at(-1)).startsWith("1: slow50 "));
    await chat.stop();
    await sent;
    const partial = textOf(chat.messages[1]);
    expect(partial).not.toContain("three");
    await chat.resumeStream();
    expect(chat.error).toBeUndefined();
    expect(texts(chat.messages)).toEqual(["slow50 one two three", "1: slow50 one two three"]);
    await chat.resumeStream();
    expect(chat.status).toBe("ready");
    expect(chat.messages).toHaveLength(2);
  });

  test("stops a reply; what was said stays, and the next message is taken", async () => {
    const { client, post, ask } = await serve();
    const chat = client(major, "Memo");
    const sent = chat.sendMessage({ text: "slow50 one two three" });
    await until(() => textOf(chat.messages.at(-1)).startsWith("1: slow50 "));
    expect((await post(`/flows/Memo/chat/${chat.id}/stop`, {})).body).toEqual({ stopped: true });
    await sent;
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(textOf(chat.messages[1])).toMatch(/^1: slow50 /);
    const { body } = await ask(`/flows/Memo/chat/${chat.id}`);
    expect(textOf(body.messages[1])).toMatch(/^1: slow50 /);
    expect((await post(`/flows/Memo/chat/${chat.id}/stop`, {})).body).toEqual({ stopped: false });
    await chat.sendMessage({ text: "two" });
    expect(textOf(chat.messages.at(-1))).toBe("2: slow50 one two three | two");
  });
});

describe.each([6, 7] as const)("a client of ai %i that the server knows", (major) => {
  test("approves a tool in its own words", async () => {
    const { client } = await serve({ chat: { client: major, steps: false } });
    for (const approved of [true, false]) {
      const chat = client(major, "Paying", { again: "approvals" });
      await chat.sendMessage({ text: "pay" });
      const [part] = chat.messages[1].parts;
      expect(part).toMatchObject({ toolName: "pay", state: "approval-requested" });
      await chat.addToolApprovalResponse({ id: part.approval.id, approved, reason: "so" });
      await until(() => chat.status === "ready" && textOf(chat.messages[1]) !== "");
      expect(chat.messages[1].parts[0].state).toBe(approved ? "output-available" : "output-denied");
      expect(textOf(chat.messages[1])).toBe(approved ? "It is paid." : "It is not paid.");
    }
  });
});
