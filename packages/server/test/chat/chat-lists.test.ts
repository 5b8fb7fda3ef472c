import { ChatMessage, Flow, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { serve, user } from "./chat-server.js";

const reply: ChatMessage = { id: "r", role: "assistant", parts: [{ type: "text", text: "yes" }] };

class Plain extends Flow<typeof Plain> {
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;
  @start() answer() {
    return reply;
  }
}

const keys = ["ann", "bob"].map((subject) => ({ key: `the-key-of-${subject}-0123456789`, subject }));
const as = ({ key }: (typeof keys)[number]) => ({ authorization: `Bearer ${key}` });
const [ann, bob] = keys as [(typeof keys)[number], (typeof keys)[number]];

test("one's chats are on the first page, however long they are and however many others have", async () => {
  const { ask, post } = await serve({ flows: [Plain], auth: { keys } });
  const say = (id: string, turn: number, who: typeof ann) =>
    post("/flows/Plain/chat", { id, messages: [user(`u${turn}`, "hi")] }, as(who));
  for (let turn = 0; turn < 30; turn++) await say("long", turn, ann);
  await say("short", 0, ann);
  for (let i = 0; i < 210; i += 10) await Promise.all(Array.from({ length: 10 }, (_, k) => say(`b${i + k}`, 0, bob)));
  const list = async (who: typeof ann, cursor = "") =>
    (await ask(`/flows/Plain/chat${cursor}`, { headers: as(who) })).body;
  expect(await list(ann)).toEqual({
    chats: [
      { id: "short", status: "completed", updatedAt: expect.any(String) },
      { id: "long", status: "completed", updatedAt: expect.any(String) },
    ],
  });
  const seen = new Set<string>();
  for (let page = await list(bob); ; page = await list(bob, `?cursor=${page.next}`)) {
    for (const { id } of page.chats) seen.add(id);
    if (!page.next) break;
    expect(page.chats).toHaveLength(100);
  }
  expect(seen.size).toBe(210);
  await say("long", 30, ann);
  expect((await list(ann)).chats.map(({ id }: { id: string }) => id)).toEqual(["long", "short"]);
});
