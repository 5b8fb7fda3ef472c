/** The fields of models and memories, which steps refer to. */
import { z } from "zod";
import { flowId, id } from "./ids.js";

const dollars = z.number().min(0);

export const modelFields = {
  id: flowId.describe("Unique over all files; steps name the model by it."),
  provider: z.string().min(1).describe("Who serves it, a word that the step types know: `openai`, `anthropic`."),
  model: z.string().min(1).optional().describe("As the provider calls it. Default: the id."),
  description: z.string().optional(),
  connection: z
    .string()
    .min(1)
    .optional()
    .describe("How it is reached, under `connections:`. Keys and tokens stand there, and nowhere else."),
  params: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("What requests to it carry, in the provider's words: `{ temperature: 0 }`."),
  prices: z
    .strictObject({ input: dollars, output: dollars, cachedInput: dollars.optional() })
    .optional()
    .describe("What it costs, in USD per million tokens, for the usage of steps: `{ input: 1.25, output: 10 }`."),
};
export const modelSchema = z.strictObject(modelFields);

const count = z.int().min(1);

export const memoryFields = {
  id: id.describe("Unique over all files; it is the name of the memory in the flow's state, too."),
  description: z.string().optional(),
  window: z
    .strictObject({
      messages: count.optional().describe("How many of the newest messages are told on."),
      tokens: count.optional().describe("How many tokens they may have together."),
    })
    .refine((window) => Object.keys(window).length > 0, "says nothing; write `messages`, `tokens` or both")
    .meta({ minProperties: 1 })
    .optional()
    .describe("What of it is told on: `{ messages: 20 }`, `{ tokens: 4000 }`, or both. Default: all."),
  summary: z
    .strictObject({
      model: z.string().min(1).describe("Who writes it: the id of a model under `models:`."),
      at: count.describe("It is written when what is told on has more tokens than this."),
      keep: z.int().min(0).optional().describe("How many of the newest messages stay as they are. Default: 6."),
    })
    .optional()
    .describe("Puts what was said before into a summary, for step types that do so: `{ model: fast, at: 4000 }`."),
};
export const memorySchema = z.strictObject(memoryFields);
