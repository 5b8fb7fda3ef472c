/** Servers that are killed, or asked to end, in the middle of replies: the next one goes on with them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeProgram } from "../../../../tools/processes/src/make-program.js";
import { type ChatClient, chatClient, type Major, majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { pause } from "../chat/chat-flows.js";
import { shownParts } from "../chat/chat-server.js";
import { until } from "../support/until.js";

const folder = mkdtempSync(join(tmpdir(), "killed-chats-"));
const running = new Set<ChildProcess>();
let program: string;
beforeAll(async () => {
  program = await makeProgram(fileURLToPath(new URL("../chat/chat-process.ts", import.meta.url)), folder);
}, 120_000);
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function start(db: string, port = 0) {
  const child = spawn(process.execPath, [program, join(folder, db), String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  const gone = once(child, "exit").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  const [line] = await once(child.stdout, "data");
  const url = String(line).trim();
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return gone;
  };
  return { url, port: Number(new URL(url).port), end };
}

const client = (major: Major, url: string, id?: string) =>
  chatClient(major, { api: `${url}/flows/Memo/chat`, ...(id && { id }) });

const storedMessages = async (url: string, id: string, flow = "Memo"): Promise<any[]> => {
  const response = await fetch(`${url}/flows/${flow}/chat/${id}`);
  return ((await response.json()) as any).messages;
};
const stored = async (url: string, id: string): Promise<string[]> => (await storedMessages(url, id)).map(textOf);

describe.each(["SIGKILL", "SIGTERM"] as const)("%s in the middle of a reply", (signal) => {
  test.each(majors)("a client of ai %i comes back to it", { timeout: 60_000 }, async (major) => {
    const db = `${signal}-${major}`;
    const first = await start(db);
    const chat = client(major, first.url);
    await chat.sendMessage({ text: "one" });
    const sent = chat.sendMessage({ text: "slow80 two three four" });
    await until(() => textOf(chat.messages[3]).startsWith("2: one | slow80 "));
    const ended = first.end(signal);
    await sent;
    expect(chat.status).toBe("error");
    expect(textOf(chat.messages[3])).not.toContain("four");
    await ended;
    const second = await start(db, first.port);
    await chat.resumeStream();
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    const all = ["one", "1: one", "slow80 two three four", "2: one | slow80 two three four"];
    expect(chat.messages.map(textOf)).toEqual(all);
    expect(await stored(second.url, chat.id)).toEqual(all);
    await second.end("SIGTERM");
  });
});

test.each(majors)("killed anywhere, a client of ai %i is shown what is stored", { timeout: 120_000 }, async (major) => {
  const db = `shown-${major}`;
  let server = await start(db);
  for (let n = 0; n < 3; n++) {
    const api = `${server.url}/flows/Show/chat`;
    const chat = chatClient(major, { api });
    const sent = chat.sendMessage({ text: ["tctdtft", "ctramt", "fdmtgact"][n] });
    await until(() => chat.messages.length > 1);
    await pause(Math.random() * 400);
    await server.end("SIGKILL");
    await sent;
    server = await start(db, server.port);
    const back = chatClient(major, { api, id: chat.id, messages: chat.messages.slice(0, 1) });
    await back.resumeStream();
    expect(back.error).toBeUndefined();
    const messages = await storedMessages(server.url, chat.id, "Show");
    expect(messages).toHaveLength(2);
    expect(shownParts(back.messages)).toEqual(shownParts(messages));
    const texts = back.messages[1].parts.filter(({ type }: any) => type === "text").map(({ text }: any) => text);
    expect(new Set(texts).size).toBe(texts.length);
  }
  await server.end("SIGTERM");
});

test("an answer counts once, whenever the server is killed while it is taken", { timeout: 60_000 }, async () => {
  for (const delay of [0, 5, 15, 40, 100]) {
    const db = `answer-${delay}`;
    const first = await start(db);
    const chat = chatClient(6, { api: `${first.url}/flows/Asking/chat` });
    await chat.sendMessage({ text: "book" });
    const part = chat.messages[1].parts.find(({ toolCallId }: any) => toolCallId);
    await chat.addToolOutput({ tool: "ask", toolCallId: part.toolCallId, output: 3 });
    const sent = chat.sendMessage();
    await pause(delay);
    await first.end("SIGKILL");
    await sent;
    const second = await start(db, first.port);
    // the same answer again: it was not taken, is being taken, or was
    while (!textOf(chat.messages[1]).includes("days")) {
      await chat.sendMessage();
      await pause(20);
    }
    expect([chat.status, chat.error, chat.messages.length]).toEqual(["ready", undefined, 2]);
    expect(textOf(chat.messages[1])).toBe("Let me ask. Thank you. 3 days it is.");
    const response = await fetch(`${second.url}/flows/Asking/chat/${chat.id}`);
    const { status, messages } = (await response.json()) as any;
    expect([status, textOf(messages[1])]).toEqual(["completed", "Let me ask. Thank you. 3 days it is."]);
    await second.end("SIGTERM");
  }
});

/** Says it until the whole reply is there: the same message again is the same turn, wherever it stands. */
async function insist(chat: ChatClient, text: string, url: string): Promise<void> {
  await chat.sendMessage({ text });
  while (!(await isWhole(chat, url))) {
    await pause(30);
    await chat.resumeStream();
    if (await isWhole(chat, url)) return;
    const { id } = chat.messages.findLast(({ role }) => role === "user");
    await chat.sendMessage({ text, messageId: id });
  }
}

const isWhole = async (chat: ChatClient, url: string): Promise<boolean> => {
  const messages = await stored(url, chat.id).catch(() => []);
  const last = chat.messages.at(-1);
  return last?.role === "assistant" && messages.length === chat.messages.length && messages.at(-1) === textOf(last);
};

test("killed again and again under many chats: no turn is lost, doubled or mixed", { timeout: 180_000 }, async () => {
  let server = await start("many");
  const { port, url } = server;
  const chats = Array.from({ length: 15 }, (_, i) => client(majors[i % 3]!, url, `chat-${i}`));
  let over = false;
  const all = Promise.all(
    chats.map(async (chat, i) => {
      for (const n of [1, 2, 3]) await insist(chat, `slow10 ${i}.${n}`, url);
    }),
  ).finally(() => {
    over = true;
  });
  all.catch(() => undefined);
  for (let kills = 0; kills < 6 && !over; kills++) {
    await pause(150 + Math.random() * 300);
    await server.end("SIGKILL");
    server = await start("many", port);
  }
  await all;
  for (const [i, chat] of chats.entries()) {
    const said = [1, 2, 3].map((n) => `slow10 ${i}.${n}`);
    const expected = said.flatMap((text, n) => [text, `${n + 1}: ${said.slice(0, n + 1).join(" | ")}`]);
    expect(await stored(server.url, chat.id)).toEqual(expected);
    expect(chat.messages.map(textOf)).toEqual(expected);
  }
  await server.end("SIGTERM");
});
