/**
 * A flow that asks models all that can be asked: with tools, some at once, one of them a flow, one in front of people; with a
 * memory; typed, and of several models at once; and again in a second attempt. Tools note in a file what they do.
 */
import { appendFileSync } from "node:fs";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { flowTool, generate, memory, tool } from "@millrace/ai";
import { Flow, listen, start } from "millrace";
import { z } from "zod";

/** Each call of a model has a model of its own, so that the server can tell them apart. */
function model(name: string) {
  const options = { name: "loop", includeUsage: true, supportsStructuredOutputs: true };
  return createOpenAICompatible({ ...options, baseURL: process.env.MODEL_URL! })(name);
}

/** What a tool has done is in its file, and in its answer. */
function done(what: string): string {
  if (process.env.CALL_LOG) appendFileSync(process.env.CALL_LOG, `${what}\n`);
  return `done ${what}`;
}

const weather = tool({
  description: "the weather of a city",
  parameters: z.object({ city: z.string() }),
  run: ({ city }) => done(`weather ${city}`),
});
const pay = tool({
  description: "pays",
  parameters: z.object({ cents: z.number() }),
  approval: true,
  run: ({ cents }) => done(`pay ${cents}`),
});

class Booking extends Flow<typeof Booking> {
  static inputs = z.object({ city: z.string() });
  static output = z.object({ room: z.string() });
  @start() async inquire({ city }: { city: string }) {
    const { text } = await generate({ model: model("clerk"), prompt: `a room in ${city}` });
    return text;
  }
  @listen("inquire") reserve(text: string) {
    return { room: `${text}, ${done("reserve")}` };
  }
}

const Mood = z.object({ mood: z.string() });

export class Trip extends Flow<typeof Trip> {
  static inputs = z.object({ question: z.string() });
  static state = z.object({ history: memory(), seen: z.array(z.string()).default([]) });

  @start() async plan({ question }: { question: string }) {
    const book = flowTool(Booking, { description: "books a room" });
    const { text } = await generate({
      model: model("planner"),
      system: "You plan trips.",
      prompt: question,
      memory: "history",
      tools: { weather, pay, book },
      maxSteps: 6,
    });
    this.state.seen.push("plan");
    return text;
  }
  @listen("plan", { retry: { attempts: 2, delay: 0 } }) async review(plan: string) {
    const [{ output }, { text }] = await Promise.all([
      generate({ model: model("judge"), prompt: `how is: ${plan}`, output: Mood }),
      generate({ model: [model("absent"), model("backup")], prompt: `shorten: ${plan}`, maxRetries: 0 }),
    ]);
    if (this.call.attempt === 1) throw new Error("the first attempt always fails");
    const { text: last } = await generate({ model: model("closer"), prompt: text, memory: "history" });
    this.state.seen.push("review");
    return { mood: output.mood, text, last };
  }
}

/** A turn of a chat, whose memory is put into a summary when it has grown. */
export class Talk extends Flow<typeof Talk> {
  static inputs = z.object({ message: z.string() });
  static state = z.object({ talk: memory() });

  @start() async reply({ message }: { message: string }) {
    const summary = { model: model("writer"), at: 20, keep: 2 };
    const { text } = await generate({ model: model("talker"), prompt: message, memory: { id: "talk", summary } });
    return text;
  }
}
