/** What a client sends again because it lost the answer, or in two windows at once: it is done once, and told to all who asked. */
import { ChatMessage, Flow, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { majors, textOf } from "../../src/chat/testing/clients.js";
import { pause } from "./chat-flows.js";
import { serve, texts } from "./chat-server.js";

const reply = (text: string): ChatMessage => ({ id: "r", role: "assistant", parts: [{ type: "text", text }] });

/** Counts its turns, and takes its time. */
class Counting extends Flow<typeof Counting> {
  static inputs = z.object({ message: ChatMessage });
  static state = z.object({ turns: z.number().default(0) });
  static output = ChatMessage;

  @start() async answer({ message }: { message: ChatMessage }) {
    this.state.turns++;
    for (const word of ["You ", "say "]) {
      this.emit(word);
      await pause(60);
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
      await pause(60);
    }
    return reply(`You say ${textOf(message)} after ${history.length}`);
  }
}

const served = () => serve({ flows: [Counting, Heard] });

describe.each(majors)("a client of ai %i", (major) => {
  test.each(["Counting", "Heard"])("asks %s for another reply while the one it lost is under way", async (flow) => {
    const { server, client } = await served();
    const chat = client(major, flow);
    const sent = chat.sendMessage({ text: "one" });
    while (chat.messages.length < 2) await pause(5);
    await chat.stop();
    await sent;
    await chat.regenerate();
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
});
