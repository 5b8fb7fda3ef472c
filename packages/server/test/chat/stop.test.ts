/** Turns that are stopped while something in them does not listen. */
import { answerFromHistory, memory, tool } from "@millrace/ai";
import { ChatMessage, Flow, listen, MemoryPersistence, start, textOf } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { scriptedModel, told } from "../../../ai/test/support/scripted-model.js";
import { serve, user } from "./chat-server.js";

/** A tool that nothing can stop, in a flow that would wait for it. */
function deaf() {
  let goOn: (value: string) => void = () => undefined;
  const held = new Promise<string>((resolve) => {
    goOn = resolve;
  });
  let called: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    called = resolve;
  });
  const model = scriptedModel([
    { text: "I dig. ", calls: [{ id: "d", tool: "dig", input: {} }] },
    "Understood.",
    "Dug.",
  ]);
  class Deaf extends Flow<typeof Deaf> {
    static inputs = z.object({ message: ChatMessage });
    static state = z.object({ history: memory() });
    static output = ChatMessage;
    @start() hear({ message }: { message: ChatMessage }) {
      this.state.history.push({ role: "user", content: textOf(message) });
    }
    @listen("hear") answer() {
      const dig = tool({
        parameters: z.object({}),
        run: () => {
          called();
          return held;
        },
      });
      return answerFromHistory({ model, memory: "history", tools: { dig } });
    }
  }
  return { Deaf, model, begun, goOn };
}

const body = (...texts: string[]) => ({ id: "c", messages: [user(`u${texts.length}`, texts.at(-1)!)] });

test("the stop is answered, the stream ends, and the next message is taken: nobody waits for it", async () => {
  const { Deaf, model, begun, goOn } = deaf();
  const { post, ask } = await serve({ flows: [Deaf] });
  const streamed = post("/flows/Deaf/chat", body("Dig."));
  await begun;
  expect((await post("/flows/Deaf/chat/c/stop", {})).body).toEqual({ stopped: true });
  expect((await streamed).text).toMatch(/\{"type":"abort"\}\n\ndata: \[DONE\]\n\n$/);
  const next = await post("/flows/Deaf/chat", body("Dig.", "Stop that."));
  expect(next.text).toContain("Understood.");
  goOn("a hole");
  const { messages, status } = (await ask("/flows/Deaf/chat/c")).body;
  expect(status).toBe("completed");
  expect(messages.map(({ role }: any) => role)).toEqual(["user", "assistant", "user", "assistant"]);
  expect(JSON.stringify(messages)).not.toContain("a hole");
  // what was shown of it is known
  expect(told(model, 1)).toEqual([
    "user: Dig.",
    "assistant: I dig.  | dig({})",
    'tool: dig => {"type":"error-text","value":"The call was broken off before it had a result."}',
    "user: Stop that.",
  ]);
});

test.each([
  ["the next message", ["Dig.", "Stop that."]],
  ["the same one, which goes on with it", ["Dig."]],
])("a turn whose stop is stored, and not carried out yet, is waited for by %s", async (_, texts) => {
  const { Deaf, begun, goOn } = deaf();
  const persistence = new MemoryPersistence();
  const { post } = await serve({ flows: [Deaf], persistence });
  const streamed = post("/flows/Deaf/chat", body("Dig."));
  await begun;
  const flow = new Deaf({ persistence });
  const [run] = (await flow.runs.list()).runs;
  await flow.runs.cancel(run!.id, { abortGrace: 600 });
  const next = post("/flows/Deaf/chat", body(...texts));
  if (texts.length === 1) goOn("a hole");
  expect(await next).toMatchObject({ status: 200, text: expect.stringContaining("Understood.") });
  expect((await streamed).text).toContain('{"type":"abort"}');
  goOn("a hole");
});
