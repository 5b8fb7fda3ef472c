import { Flow, FlowError, type MemoryMessage, MemoryPersistence, memory, start, stepTools } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type AskForText, openMemory } from "./open-memory.js";
import type { MemoryUse } from "./options.js";
import { estimateTokens } from "./token-count.js";

const said = (...texts: string[]): MemoryMessage[] => texts.map((content) => ({ role: "user", content }));
const texts = (messages: readonly MemoryMessage[]) => messages.map(({ content }) => content);

class Talk extends Flow<typeof Talk> {
  static inputs = z.object({ texts: z.array(z.string()) });
  static state = z.object({ history: memory() });
  use: MemoryUse = { id: "history", window: { messages: 3 } };
  asked: string[] = [];
  failures = 0;

  @start({ retry: { attempts: 3, delay: 0 } }) async say({ texts: given }: { texts: string[] }) {
    const { once } = stepTools();
    const talk = openMemory(this.use, stepTools());
    talk.add(...said(...given));
    const ask: AskForText = ({ prompt, key }) =>
      once(key, () => {
        this.asked.push(prompt);
        return `about ${prompt.length > 0 ? this.asked.length : 0}`;
      });
    await talk.compact(ask, "sum");
    if (this.failures-- > 0) throw new Error("cut off");
    return texts(talk.told(said("now"))) as string[];
  }
}

test("what is told on is the window's, with what is said now at the end", async () => {
  const talk = new Talk();
  const result = await talk.kickoff({ texts: ["a", "b", "c"] });
  expect(result.outputs.say).toEqual(["b", "c", "now"]);
  expect(texts(result.state.history)).toEqual(["a", "b", "c"]);
});

describe("a summary", () => {
  const summary = { model: "a/m", at: 40, keep: 2 };

  test("is written when there is too much, once, and nothing is rewritten", async () => {
    const talk = new Talk({ persistence: new MemoryPersistence() });
    talk.use = { id: "history", summary };
    expect((await talk.continue("s", { texts: ["short"] })).outputs.say).toEqual(["short", "now"]);
    const long = ["one", "two", "three"].map((word) => `${word} ${"river ".repeat(8)}`.trim());
    talk.failures = 2;
    const second = await talk.continue("s", { texts: long });
    expect(second.outputs.say).toEqual(["Summary of what was said before:\nabout 1", long[1], long[2], "now"]);
    expect(talk.asked).toEqual([expect.stringContaining("user: short\n\nuser: one river")]);
    expect(second.state.history.map(({ role, summary }) => [role, summary?.until])).toEqual([
      ...Array.from({ length: 4 }, () => ["user", undefined]),
      ["system", 2],
    ]);
    const third = await talk.continue("s", { texts: long });
    expect(third.outputs.say).toEqual(["Summary of what was said before:\nabout 2", long[1], long[2], "now"]);
    expect(talk.asked[1]).toMatch(/^user: Summary of what was said before:\nabout 1\n\nuser: two/);
  });

  test("is not written where nothing but what is to be kept is there", async () => {
    const talk = new Talk();
    talk.use = { id: "history", summary: { ...summary, keep: 5 } };
    await talk.kickoff({ texts: ["river ".repeat(100)] });
    expect(talk.asked).toEqual([]);
  });
});

test.each<[string, string, RegExp]>([
  ["misspelt", "histroy", /no memory "histroy"; is "history" meant/],
  ["not there", "notes", /no memory "notes"\./],
  ["of the state's own", "constructor", /no memory "constructor"\./],
])("a memory that is %s", async (...[, id, message]) => {
  const talk = new Talk();
  talk.use = { id };
  const error = await talk.kickoff({ texts: [] }).catch((error: unknown) => error);
  if (!FlowError.is(error, "AI_MEMORY_UNKNOWN")) throw error;
  expect(error.message).toMatch(message);
  expect(error.hint).toContain(`${id}: memory()`);
});

test("tokens are counted by what is said, not by the bytes of files", () => {
  const parts = (...content: object[]): MemoryMessage => ({ role: "user", content: content as never });
  expect(estimateTokens({ role: "user", content: "Rivers carry water to the sea." })).toBeGreaterThan(8);
  expect(estimateTokens({ role: "user", content: "Rivers carry water to the sea." })).toBeLessThan(16);
  expect(estimateTokens(parts({ type: "file", data: "A".repeat(1e6), mediaType: "image/png" }))).toBeLessThan(2000);
  const call = { type: "tool-call", toolCallId: "1", toolName: "t", input: { text: "rivers ".repeat(100) } };
  expect(estimateTokens(parts(call))).toBeGreaterThan(90);
  expect(estimateTokens(parts({ type: "text", text: "" }, { type: "tool-result", output: undefined }))).toBeGreaterThan(
    3,
  );
});
