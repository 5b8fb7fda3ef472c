import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqlitePersistence } from "@millrace/sqlite";
import { expect, onTestFinished, test } from "vitest";
import { type ChatClient, majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { pause } from "./chat-flows.js";
import { serve } from "./chat-server.js";

test("200 conversations at once, their lines cut at random: none is mixed, lost or doubled", {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "many-chats-"));
  const persistence = new SqlitePersistence(join(folder, "chats.db"));
  onTestFinished(async () => {
    await persistence.close();
    rmSync(folder, { recursive: true });
  });
  const { server, client } = await serve({ persistence });
  const flow = server.host.flows.get("Memo")!.flow;
  const chats = Array.from({ length: 200 }, (_, i) => client(majors[i % 3]!, "Memo", { id: `chat ${i}` }));
  const talk = async (chat: ChatClient, i: number) => {
    for (const n of [1, 2, 3]) {
      const sent = chat.sendMessage({ text: `slow2 ${i}.${n}` });
      if (Math.random() < 0.4) {
        await pause(Math.random() * 300);
        await chat.stop();
      }
      await sent;
      for (;;) {
        await chat.resumeStream();
        const active = await flow.runs.list({ session: chat.id, status: "running", limit: 1 });
        if (active.runs.length === 0) break;
        await pause(5);
      }
    }
  };
  await Promise.all(chats.map(talk));
  for (const [i, { id, messages }] of chats.entries()) {
    const said = [1, 2, 3].map((n) => `slow2 ${i}.${n}`);
    const line = (await flow.runs.list({ session: id })).runs;
    if (line.length === 0) continue;
    // a line that was cut before the request was read has said nothing
    const taken: string[] = [];
    for (const run of line.toReversed())
      taken.push(textOf(((await flow.runs.inputs(run.id)) as { message: unknown }).message));
    expect(said).toEqual(expect.arrayContaining(taken));
    expect(new Set(taken).size).toBe(taken.length);
    const last = (await flow.runs.stateAt(line[0]!.id)) as { said: string[] };
    expect(last.said).toEqual(taken);
    for (const message of messages)
      for (const other of textOf(message).matchAll(/slow2 (\d+)\./g)) expect(Number(other[1])).toBe(i);
  }
});
