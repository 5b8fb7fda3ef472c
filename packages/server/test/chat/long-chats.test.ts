/** What the page of a long chat asks of the store. */
import { MemoryPersistence } from "millrace";
import { expect, test } from "vitest";
import { serve, user } from "./chat-server.js";

class Counting extends MemoryPersistence {
  readonly asked = { history: 0, get: 0 };
  override history(...given: Parameters<MemoryPersistence["history"]>) {
    this.asked.history++;
    return super.history(...given);
  }
  override get(...given: Parameters<MemoryPersistence["get"]>) {
    this.asked.get++;
    return super.get(...given);
  }
}

test("each turn is read once", async () => {
  const persistence = new Counting();
  const { ask, post } = await serve({ persistence });
  const turns = 20;
  for (let n = 1; n <= turns; n++)
    await post("/flows/Memo/chat", { id: "c", messages: [user(`u${n}`, n === 7 ? "fail" : `${n}`)] });
  Object.assign(persistence.asked, { history: 0, get: 0 });
  const { messages } = (await ask("/flows/Memo/chat/c")).body;
  expect(messages).toHaveLength(2 * turns);
  expect(persistence.asked.history).toBeLessThanOrEqual(turns);
  expect(persistence.asked.get).toBeLessThanOrEqual(turns);
});
