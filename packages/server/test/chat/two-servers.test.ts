/** Two servers on one database: what one drives the other can tell, stop and answer. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqlitePersistence } from "@millrace/sqlite";
import { ChatMessage, Flow, type FlowPersistence, start } from "millrace";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { chatClient, majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { createServer, type FlowServer } from "../../src/index.js";
import { until } from "../support/until.js";
import { chatFlows } from "./chat-flows.js";
import { serve } from "./chat-server.js";

let folder: string;
const stores: SqlitePersistence[] = [];
const servers: FlowServer[] = [];
const urls: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "two-servers-"));
  for (let i = 0; i < 2; i++) {
    const persistence = new SqlitePersistence(join(folder, "chats.db"));
    const server = await createServer({ flows: chatFlows, persistence, recoverEvery: "100ms" });
    stores.push(persistence);
    servers.push(server);
    urls.push((await server.listen({ port: 0 })).url);
  }
});
afterAll(async () => {
  for (const server of servers) await server.close();
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true });
});

const client = (flow: string, at: number, more: { id?: string; messages?: any[] } = {}) =>
  chatClient(6, { api: `${urls[at]}/flows/${flow}/chat`, ...more });

test("the other server tells the reply, whole at its end", async () => {
  const chat = client("Memo", 0);
  const sent = chat.sendMessage({ text: "slow60 one two three" });
  await until(() => textOf(chat.messages[1]) !== "");
  const other = client("Memo", 1, { id: chat.id, messages: chat.messages.slice(0, 1) });
  await other.resumeStream();
  await sent;
  expect([other.status, other.error]).toEqual(["ready", undefined]);
  expect(textOf(other.messages[1])).toBe("1: slow60 one two three");
  expect(other.messages[1].id).toBe(chat.messages[1].id);
});

test("the other server stops it, and takes the next message", async () => {
  const chat = client("Memo", 0);
  const sent = chat.sendMessage({ text: "slow60 one two three" });
  await until(() => textOf(chat.messages[1]) !== "");
  const stopped = await fetch(`${urls[1]}/flows/Memo/chat/${chat.id}/stop`, { method: "POST" });
  expect(await stopped.json()).toEqual({ stopped: true });
  await sent;
  const other = client("Memo", 1, { id: chat.id, messages: chat.messages });
  await other.sendMessage({ text: "next" });
  expect(other.error).toBeUndefined();
  expect(textOf(other.messages.at(-1))).toBe("2: slow60 one two three | next");
});

test("the other server takes the answer to a question", async () => {
  const chat = client("Asking", 0);
  await chat.sendMessage({ text: "book" });
  const { messages } = (await (await fetch(`${urls[1]}/flows/Asking/chat/${chat.id}`)).json()) as any;
  const other = client("Asking", 1, { id: chat.id, messages });
  const part = other.messages[1].parts.find(({ type }: any) => type === "dynamic-tool");
  await other.addToolOutput({ tool: "ask", toolCallId: part.toolCallId, output: 4 });
  await other.sendMessage();
  expect([other.status, other.error]).toEqual(["ready", undefined]);
  expect(textOf(other.messages[1])).toMatch(/4 days it is\.$/);
  await chat.sendMessage({ text: "again" });
  expect(chat.error).toBeUndefined();
});

test("the same message at both at once is one turn", async () => {
  const message = { id: "u1", role: "user", parts: [{ type: "text", text: "slow20 one" }] };
  const send = (at: number) =>
    fetch(`${urls[at]}/flows/Memo/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: "both", messages: [message] }),
    }).then(async (response) => [response.status, await response.text()] as const);
  for (const [status, text] of await Promise.all([send(0), send(1)])) {
    expect(status).toBe(200);
    expect(text).toContain('"finishReason":"stop"');
  }
  const { runs } = await servers[0]!.host.flows.get("Memo")!.flow.runs.list({ session: "both" });
  expect(runs).toHaveLength(1);
});

function opened() {
  let resolve!: () => void;
  const promise = new Promise<void>((open) => {
    resolve = open;
  });
  return { promise, resolve };
}

test.each(majors)(
  "an answer is told to a client of ai %i where the other server takes the run up first",
  async (major) => {
    const gate = opened();
    const answered = opened();
    class Booking extends Flow<typeof Booking> {
      static inputs = z.object({ message: ChatMessage });
      static output = ChatMessage;
      @start() async answer(): Promise<ChatMessage> {
        const days = await this.ask("How many days?", { schema: z.number() });
        this.emit("Booked: ");
        answered.resolve();
        await gate.promise;
        this.emit(`${days} days.`);
        return { id: "r", role: "assistant", parts: [{ type: "text", text: `Booked: ${days} days.` }] };
      }
    }
    const path = join(folder, `first-${major}.db`);
    const own = new SqlitePersistence(path);
    const others = new SqlitePersistence(path);
    let isOthers = false;
    let runId = "";
    // as a sweep of the other server's would, between the answer's being stored and this server's taking the run up
    const persistence = new Proxy<FlowPersistence>(own, {
      get(store, name) {
        const member = Reflect.get(store, name, store);
        if (typeof member !== "function") return member;
        if (name !== "claim" || !isOthers) return member.bind(store);
        return async (...given: unknown[]) => {
          isOthers = false;
          const { host } = other.server;
          void host.drive(() => host.flows.get("Booking")!.flow.resume(runId, host.driving));
          await answered.promise;
          return member.apply(store, given);
        };
      },
    });
    const mine = await serve({ flows: [Booking], persistence, recoverEvery: "1h" });
    const other = await serve({ flows: [Booking], persistence: others, recoverEvery: "1h" });
    onTestFinished(async () => {
      await mine.server.close();
      await other.server.close();
      await own.close();
      await others.close();
    });
    const chat = mine.client(major, "Booking");
    await chat.sendMessage({ text: "Book." });
    runId = chat.messages[1].metadata.runId;
    const { toolCallId } = chat.messages[1].parts.find(({ type }: any) => type === "dynamic-tool");
    await chat.addToolOutput({ tool: "ask", toolCallId, output: 4 });
    isOthers = true;
    const sent = chat.sendMessage();
    await answered.promise;
    await Promise.race([sent, until(() => chat.status === "streaming")]);
    gate.resolve();
    await sent;
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(textOf(chat.messages[1])).toBe("Booked: 4 days.");
  },
);
