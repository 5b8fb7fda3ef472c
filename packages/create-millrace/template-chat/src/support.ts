import { answerFromHistory, memory, textOf, tool } from "@millrace/ai";
import { ChatMessage, Flow, listen, start } from "millrace";
import { z } from "zod";
import { model } from "./model.js";

/** What the shop knows of its orders. */
const orders: Readonly<Record<number, string>> = { 7: "on its way", 8: "lost" };

const tools = {
  look_up: tool({
    description: "Where an order is.",
    parameters: z.object({ id: z.int() }),
    // approval: true, // asks whoever chats before it runs
    run: ({ id }) => orders[id] ?? "not known",
  }),
};

/** A chat that knows orders. Each message is a run; what was said stands in the state, which the chat carries on. */
export class Support extends Flow<typeof Support> {
  static flowName = "Support";
  static inputs = z.object({ message: ChatMessage });
  static state = z.object({ history: memory() });
  static output = ChatMessage;

  @start()
  hear({ message }: { message: ChatMessage }) {
    this.state.history.push({ role: "user", content: textOf(message) });
  }

  @listen("hear")
  answer() {
    const talk = { id: "history", window: { messages: 20 } };
    return answerFromHistory({ model, memory: talk, system: "You help with orders. Be brief.", tools });
  }
}
