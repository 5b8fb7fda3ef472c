/** Chat flows for tests: no models, all said by code. */
import { approval, ChatMessage, Flow, listen, router, start } from "millrace";
import { z } from "zod";

const said = (message: ChatMessage): string =>
  message.parts.flatMap((part) => (part.type === "text" ? [String(part.text)] : [])).join("");

const reply = (text: string): ChatMessage => ({ id: "r", role: "assistant", parts: [{ type: "text", text }] });

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Remembers what was said; streams its reply word by word, slowly where it is asked to. */
export class Memo extends Flow<typeof Memo> {
  static inputs = z.object({ message: ChatMessage, tone: z.string().default("plain") });
  static state = z.object({ said: z.array(z.string()).default([]) });
  static output = ChatMessage;

  @start() hear({ message }: { message: ChatMessage }) {
    this.state.said.push(said(message));
  }
  @listen("hear") async answer() {
    const newest = this.state.said.at(-1)!;
    if (newest.includes("fail")) throw new Error("secret: hunter2");
    const text = `${this.state.said.length}: ${this.state.said.join(" | ")}`;
    for (const word of text.split(/(?<= )/)) {
      if (newest.includes("slow")) await pause(Number(/slow(\d+)/.exec(newest)?.[1] ?? 20));
      if (this.call.abortSignal.aborted) throw this.call.abortSignal.reason;
      this.emit(word);
    }
    return reply(text);
  }
}

/** Has no memory: what was said before comes from the client. */
export class Echo extends Flow<typeof Echo> {
  static inputs = z.object({ message: ChatMessage, history: z.array(ChatMessage).default([]) });
  static output = z.object({ reply: ChatMessage });

  @start() answer({ message, history }: { message: ChatMessage; history: ChatMessage[] }) {
    return { reply: reply([...history, message].map(said).join(" | ")) };
  }
}

/** Asks before it answers. */
export class Asking extends Flow<typeof Asking> {
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;

  @start() async answer() {
    this.emit("Let me ask. ");
    const days = await this.ask("How many days?", { schema: z.number() });
    this.emit("Thank you. ");
    return reply(`Let me ask. Thank you. ${days} days it is.`);
  }
}

/** Puts its draft before somebody. */
export class Approving extends Flow<typeof Approving> {
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;

  @start() draft({ message }: { message: ChatMessage }) {
    return said(message);
  }
  @router("draft", { routes: ["yes", "no"] }) review(draft: string) {
    return approval(draft, { message: "Send it?", outcomes: ["yes", "no"] });
  }
  @listen("yes") send() {
    return reply("sent");
  }
  @listen("no") drop() {
    return reply("dropped");
  }
}

/** Calls a tool that needs approval, in the chunks of a model's step. */
export class Paying extends Flow<typeof Paying> {
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;

  @start() async answer() {
    const call = { toolCallId: "pay-1", toolName: "pay", input: { sum: 3 } };
    this.emit({ type: "tool-input-available", ...call, dynamic: true });
    const { approved } = await this.ask("May it be called?", {
      schema: z.object({ approved: z.boolean(), reason: z.string().optional() }),
      value: call,
    });
    if (approved) this.emit({ type: "tool-output-available", toolCallId: "pay-1", output: "paid" });
    else this.emit({ type: "tool-output-denied", toolCallId: "pay-1" });
    return reply(approved ? "It is paid." : "It is not paid.");
  }
}

/** No chat: it answers no message. */
export class Plain extends Flow<typeof Plain> {
  static inputs = z.object({ message: ChatMessage });
  @start() answer() {
    return "plain";
  }
}

export const chatFlows = [Memo, Echo, Asking, Approving, Paying, Plain];
