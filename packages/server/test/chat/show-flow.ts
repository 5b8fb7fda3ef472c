/** A chat flow that shows whatever it is told to: each letter of the message is something to say. */
import { and, ChatMessage, Flow, listen, start } from "millrace";
import { z } from "zod";
import { pause } from "./chat-flows.js";

const said = (message: ChatMessage): string => message.parts.map(({ text }) => String(text ?? "")).join("");

export class Show extends Flow<typeof Show> {
  static inputs = z.object({ message: ChatMessage });
  static state = z.object({ turns: z.number().default(0) });
  static output = ChatMessage;

  @start() hear({ message }: { message: ChatMessage }) {
    this.state.turns++;
    return said(message);
  }
  @listen("hear") async left(letters: string) {
    return this.#show(letters, "left");
  }
  @listen("hear") async right(letters: string) {
    return this.#show(letters.split("").reverse().join(""), "right");
  }
  @listen(and("left", "right"), { retry: { attempts: 2, delay: 1 } })
  async end({ left, right }: { left: string; right: string }) {
    this.emit("At the end, ");
    const call = { toolCallId: "tail", toolName: "tail" };
    this.emit({ type: "tool-input-start", ...call });
    if (this.call.attempt === 1 && left.includes("r")) throw new Error("once more");
    this.emit({ type: "tool-input-available", ...call, input: {} });
    this.emit({ type: "tool-output-available", toolCallId: "tail", output: 1 });
    const text = `${left.length + right.length} letters.`;
    for (const word of text.split(/(?<= )/)) this.emit(word);
    return { id: "r", role: "assistant" as const, parts: [{ type: "text", text: `At the end, ${text}` }] };
  }

  async #show(letters: string, who: string): Promise<string> {
    for (const [i, letter] of [...letters].entries()) {
      const id = `${who}-${i}`;
      await pause(3);
      if (this.call.abortSignal.aborted) throw this.call.abortSignal.reason;
      switch (letter) {
        case "t":
          for (const word of [`${who} `, "says ", `${i}. `]) {
            this.emit(word);
            await pause(2);
          }
          break;
        case "m":
          this.emit({ type: "text-start", id });
          this.emit({ type: "text-delta", id, delta: `${who} ${i}` });
          await pause(2);
          this.emit({ type: "text-end", id });
          break;
        case "g":
          this.emit({ type: "reasoning-start", id });
          this.emit({ type: "reasoning-delta", id, delta: "hm" });
          this.emit({ type: "reasoning-end", id });
          break;
        case "c": {
          const call = { toolCallId: id, toolName: "look" };
          this.emit({ type: "tool-input-start", ...call });
          this.emit({ type: "tool-input-delta", toolCallId: id, inputTextDelta: '{"n":' });
          await pause(2);
          this.emit({ type: "tool-input-available", ...call, input: { n: i } });
          await pause(2);
          this.emit({ type: "tool-output-available", toolCallId: id, output: { seen: i } });
          break;
        }
        case "d":
          this.emit({ type: "data-card", id: who, data: i });
          this.emit({ type: "data-note", data: { i } });
          this.emit({ type: "data-blink", data: 1, transient: true });
          break;
        case "f":
          this.emit({ type: "file", mediaType: "text/plain", url: `data:text/plain,${id}` });
          this.emit({ type: "source-url", sourceId: id, url: "https://example.com" });
          break;
        case "a":
          if (who === "left") await this.ask(`Number ${i}?`, { schema: z.number(), key: `a${i}` });
          break;
        case "x":
          if (who === "right") throw new Error("secret");
      }
    }
    return letters;
  }
}

/** Talks between its questions, word by word. */
export class Talk extends Flow<typeof Talk> {
  static inputs = z.object({ message: ChatMessage });
  static output = ChatMessage;

  @start() first() {
    return this.ask("One?", { schema: z.number() });
  }
  @listen("first") async talk() {
    for (const word of ["After ", "the ", "first. "]) {
      this.emit(word);
      await pause(10);
    }
  }
  @listen("talk") second() {
    return this.ask("Two?", { schema: z.number() });
  }
  @listen("second") end() {
    return { id: "r", role: "assistant" as const, parts: [{ type: "text", text: "The end." }] };
  }
}
