/** A chat that knows orders: a model says what a message is about, another one answers, and money goes back only if people agree. */
import { answerFromHistory, endConversation, intent, reply, textOf, tool } from "@millrace/ai";
import { ChatMessage, Flow, listen, memory, router, start } from "millrace";
import { z } from "zod";
import { lookUp, payBack } from "./orders.js";

const model = process.env.SUPPORT_MODEL ?? "openai/gpt-5-mini";

const intents = { order: "An order: where it is, or money for it.", goodbye: "They leave.", other: "All else." };

const tools = {
  look_up: tool({
    description: "Where an order is, and what it has cost.",
    parameters: z.object({ id: z.int() }),
    run: lookUp,
  }),
  pay_back: tool({
    description: "Pays back what an order has cost.",
    parameters: z.object({ id: z.int() }),
    approval: true,
    run: payBack,
  }),
};

export class Support extends Flow<typeof Support> {
  static inputs = z.object({ message: ChatMessage });
  static state = z.object({ history: memory() });
  static output = ChatMessage;

  @start() hear({ message }: { message: ChatMessage }) {
    this.state.history.push({ role: "user", content: textOf(message) });
    return message;
  }
  @router("hear", { routes: ["order", "goodbye", "other"] }) sort(message: ChatMessage) {
    const history = this.state.history.slice(0, -1);
    return intent({ model, message, intents, history, otherwise: "other" });
  }
  @listen("order") help() {
    const talk = { id: "history", window: { messages: 20 } };
    return answerFromHistory({ model, memory: talk, system: "You help with orders. Be brief.", tools });
  }
  @listen("other") chat() {
    return answerFromHistory({ model, memory: "history", system: "You are kind, and know nothing but orders." });
  }
  @listen("goodbye") leave() {
    endConversation(this.state.history);
    return reply("Goodbye.");
  }
}
