/** An agent on every path: whatever it dies of, and in whatever order its calls end, it comes to the same end and buys nothing twice. */
import { simulate } from "@millrace/testing";
import { Flow, listen, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { flowTool, generate, memory, tool } from "../src/index.js";
import { statelessModel } from "./support/scripted-model.js";

class Article extends Flow<typeof Article> {
  static inputs = z.object({ topic: z.string() });
  static output = z.string();
  @start() write({ topic }: { topic: string }) {
    return `about ${topic}`;
  }
}

/** What was asked and done, by what must not be done twice. */
const bought: string[] = [];
const paid = new Set<string>();

const model = statelessModel((round) => {
  bought.push(`answer ${round + 1}`);
  if (round > 0) return "All done.";
  return {
    text: "Well.",
    calls: [
      { id: "a", tool: "pay", input: { cents: 5 } },
      { id: "b", tool: "pay", input: { cents: 7 } },
      { id: "c", tool: "note", input: { text: "milk" } },
      { id: "d", tool: "write", input: { topic: "rivers" } },
    ],
  };
});

const pay = tool({
  parameters: z.object({ cents: z.number() }),
  approval: ({ cents }) => cents > 5,
  run: ({ cents }, _tools, { idempotencyKey }) => {
    paid.add(`${idempotencyKey} ${cents}`);
    return cents;
  },
});

class Agent extends Flow<typeof Agent> {
  static state = z.object({ notes: z.array(z.string()).default([]), history: memory() });
  @start({ retry: { attempts: 2, delay: 0 } }) async act() {
    const note = tool({
      parameters: z.object({ text: z.string() }),
      once: false,
      run: ({ text }) => this.state.notes.push(text),
    });
    const tools = { pay, note, write: flowTool(Article) };
    const { text, toolCalls } = await generate({ model, prompt: "Go.", tools, memory: "history" });
    if (this.call.attempt === 1) throw new Error("cut off behind it");
    return [text, ...toolCalls.map((call) => ("output" in call ? call.output : call.status))];
  }
  @listen("act") tell(all: unknown[]) {
    return all.join();
  }
}

test("a crash at every commit, answers at any time", { timeout: 120_000 }, async () => {
  const seen = await simulate(Agent, {
    setup: () => {
      bought.length = 0;
      paid.clear();
    },
    answers: () => ({ approved: true }),
    check: ({ output, state, usage }) => {
      expect(output).toBe("All done.,5,7,1,about rivers");
      expect([...paid].map((one) => one.split(" ").at(-1)).sort()).toEqual(["5", "7"]);
      expect(state.notes).toEqual(["milk"]);
      expect(state.history.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
      // what counts is what was stored, however often a process died while it was asking
      expect(usage?.["acme/fast:requests"]).toBe(2);
    },
    crashes: 1,
    runs: 60,
  });
  expect(seen.crashed).toBeGreaterThan(10);
});
