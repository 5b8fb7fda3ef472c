/** What a client sends again because it lost the answer, or in two windows at once: it is done once, and told to all who asked. */
import { and, ChatMessage, Flow, listen, MemoryPersistence, start } from "millrace";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { majors, textOf } from "../../src/chat/reply/testing/clients.js";
import { until } from "../support/until.js";
import { pause } from "./chat-flows.js";
import { serve, texts } from "./chat-server.js";

const reply = (text: string): ChatMessage => ({ id: "r", role: "assistant", parts: [{ type: "text", text }] });

/** What turns wait for between their words. */
let goOn: () => Promise<unknown>;
beforeEach(() => {
  goOn = () => pause(60);
});

/** Counts its turns, and takes its time. */
class Counting extends Flow<typeof Counting> {
  static inputs = z.object({ message: ChatMessage });
  static state = z.object({ turns: z.number().default(0) });
  static output = ChatMessage;

  @start() async answer({ message }: { message: ChatMessage }) {
    this.state.turns++;
    for (const word of ["You ", "say "]) {
      this.emit(word);
      await goOn();
    }
    return reply(`You say ${textOf(message)}, turn ${this.state.turns}`);
  }
}

/** The same without a memory: what was said before comes from the client. */
class Heard extends Flow<typeof Heard> {
  static inputs = z.object({ message: ChatMessage, history: z.array(ChatMessage) });
  static output = ChatMessage;

  @start() async answer({ message, history }: { message: ChatMessage; history: ChatMessage[] }) {
    for (const word of ["You ", "say "]) {
      this.emit(word);
      await goOn();
    }
    return reply(`You say ${textOf(message)} after ${history.length}`);
  }
}

/** Asks two things at once, while something else is still done. */
class Two extends Flow<typeof Two> {
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;

  @start() async days() {
    return await this.ask("Days?", { schema: z.number() });
  }
  @start() async look() {
    await pause(60);
  }
  @start() async meals() {
    return await this.ask("Meals?", { schema: z.number() });
  }
  @listen(and("days", "look", "meals")) answer({ days, meals }: { days: number; meals: number }) {
    return reply(`${days} days, ${meals} meals.`);
  }
}

const served = (options: object = {}) => serve({ flows: [Counting, Heard, Two], ...options });
const asked = (message: any, prompt?: string): any[] =>
  (message?.parts ?? []).filter(
    ({ state, input }: any) => state === "input-available" && (prompt === undefined || input.prompt === prompt),
  );

describe.each(majors)("a client of ai %i", (major) => {
  test.each(["Counting", "Heard"])("asks %s for another reply while the one it lost is under way", async (flow) => {
    const { server, client } = await served();
    const chat = client(major, flow);
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    goOn = () => opened;
    const sent = chat.sendMessage({ text: "one" });
    await until(() => chat.messages.length === 2);
    await chat.stop();
    await sent;
    const again = chat.regenerate();
    await until(() => chat.status === "streaming");
    open();
    await again;
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(texts(chat.messages)).toEqual(["one", flow === "Heard" ? "You say one after 0" : "You say one, turn 1"]);
    expect((await server.host.flows.get(flow)!.flow.runs.list()).runs).toHaveLength(1);
  });

  test.each(["at once", "a little later", "after its end"])(
    "edits an older message to the same words twice, %s",
    async (when) => {
      const { client, ask, server } = await served();
      const chat = client(major, "Counting");
      await chat.sendMessage({ text: "one" });
      await chat.sendMessage({ text: "two" });
      const { id, messages } = chat;
      const windows = [0, 1].map(() => client(major, "Counting", { id, messages: structuredClone(messages) }));
      const edit = async (window: (typeof windows)[number]) =>
        window.sendMessage({ text: "one", messageId: messages[0].id });
      const [one, two] = windows;
      const first = edit(one!);
      if (when === "a little later") await pause(50);
      if (when === "after its end") await first;
      await Promise.all([first, edit(two!)]);
      for (const window of windows) {
        expect([window.status, window.error]).toEqual(["ready", undefined]);
        expect(texts(window.messages)).toEqual(["one", "You say one, turn 1"]);
      }
      expect(texts((await ask(`/flows/Counting/chat/${id}`)).body.messages)).toEqual(["one", "You say one, turn 1"]);
      expect((await server.host.flows.get("Counting")!.flow.runs.list()).runs).toHaveLength(3);
    },
  );

  test.each([0, 20, 40, 60, 80])(
    "answers one of two questions in windows at two servers at once, after %i ms",
    async (wait) => {
      const persistence = new MemoryPersistence();
      const servers = [await served({ persistence }), await served({ persistence })];
      const [{ client, ask }] = servers as [(typeof servers)[number]];
      const chat = client(major, "Two");
      const sent = chat.sendMessage({ text: "plan" });
      await until(() => asked(chat.messages[1]).length === 2);
      const { id, messages } = structuredClone({ id: chat.id, messages: chat.messages });
      await pause(wait);
      const windows = [0, 1, 0, 1].map((at) =>
        servers[at]!.client(major, "Two", { id, messages: structuredClone(messages) }),
      );
      const answer = async (window: (typeof windows)[number], prompt: string) => {
        const [{ toolCallId }] = asked(window.messages[1], prompt) as [{ toolCallId: string }];
        await window.addToolOutput({ tool: "ask", toolCallId, output: 3 });
        await window.sendMessage();
      };
      const answers = windows.map(async (window, i) => {
        await pause(i);
        await answer(window, "Days?");
      });
      await Promise.all([sent, ...answers]);
      for (const window of windows) {
        expect([window.status, window.error]).toEqual(["ready", undefined]);
        expect(asked(window.messages[1])).toMatchObject([{ input: { prompt: "Meals?" } }]);
      }
      await Promise.all(windows.map((window) => answer(window, "Meals?")));
      for (const window of windows) {
        expect([window.status, window.error]).toEqual(["ready", undefined]);
        expect(textOf(window.messages[1])).toBe("3 days, 3 meals.");
      }
      expect((await ask(`/flows/Two/chat/${id}`)).body).toMatchObject({ status: "completed" });
    },
  );
});
