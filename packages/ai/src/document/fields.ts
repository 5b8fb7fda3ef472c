/** What steps that ask a model have in common. */
import { flowRef, memoryRef, modelRef, toolRef } from "@millrace/document";
import { durationMs } from "millrace";
import { z } from "zod";
import { settingsSchema } from "./model-params.js";
import { modelNamePattern, toolNamePattern } from "./names.js";

const model = z.union([z.string().regex(modelNamePattern), modelRef()]);

const toolName = z
  .string()
  .regex(toolNamePattern, "is no name of a tool: 64 letters, digits, - and _ at most")
  .optional()
  .describe("What the model calls it. Default: its id.");
const approval = z.boolean().optional().describe("Whether people must agree to each call. Default: false.");
const once = z
  .boolean()
  .optional()
  .describe(
    "False: a call is a part of the step, may change the state, and runs again when the step does. Default: true.",
  );
const description = z.string().optional().describe("What it does, for the model.");

const tool = z.union([
  toolRef(),
  z.strictObject({ tool: toolRef(), name: toolName, description, approval, once }),
  z.strictObject({ flow: flowRef(), name: toolName, description, approval }),
  z.strictObject({
    client: z
      .string()
      .regex(toolNamePattern, "is no name of a tool: 64 letters, digits, - and _ at most")
      .describe("A tool of the client's, who answers its calls: what the model calls it."),
    description,
    parameters: z.record(z.string(), z.unknown()).optional().describe("What it takes: types by name."),
    as: z.unknown().optional().describe("The type of what it answers. Default: anything."),
    approval,
  }),
]);

export type ToolField = z.output<typeof tool>;

export const toolsField = z
  .array(tool)
  .min(1)
  .describe(
    "What the model may call: ids under `tools:`, `{ tool: send, approval: true }`, `{ flow: write_article }`.",
  );

/** Of a model that calls tools. */
export const loopFields = {
  maxSteps: z
    .int()
    .min(1)
    .optional()
    .describe("How often the model is asked at most: once, and again after each round of tool calls. Default: 10."),
  onMaxSteps: z
    .enum(["answer", "stop"])
    .optional()
    .describe("When it has called tools to the last: asked once more, without tools, or not. Default: answer."),
};

const duration = z.union([z.int().min(1), z.string()]).refine((given) => {
  try {
    return durationMs(given as never, "") > 0;
  } catch {
    return false;
  }
}, 'is no duration: write milliseconds, or text like "30s"');

export const modelFields = {
  model: z
    .union([model, z.array(model).min(1)])
    .describe("The id of a model under `models:`, or `provider/model`. Of a list, the next is asked where one fails."),
  system: z.string().optional().describe("Instructions that stand before all that is said."),
  prompt: z.string().optional().describe("What is asked."),
  message: z.unknown().optional().describe("What was said in a chat: `{{ input.message }}`."),
  messages: z.unknown().optional().describe("What was said before, by messages of a chat: `{{ input.history }}`."),
  memory: memoryRef()
    .optional()
    .describe("The id of a memory under `memories:`. What is said is added to it, and its window told to the model."),
  as: z
    .unknown()
    .optional()
    .describe("The type of the answer: `text`, `ChatMessage`, or one that the model's answer is made and checked by."),
  stream: z.boolean().optional().describe("Whether what it says is told bit by bit. Default: true."),
  settings: settingsSchema.optional().describe("In place of the model's `params`: `{ temperature: 0 }`."),
  maxRetries: z.int().min(0).optional().describe("How often an overloaded provider is asked again. Default: 2."),
  corrections: z
    .int()
    .min(0)
    .optional()
    .describe("How often the model is told what is wrong with an answer that does not fit `as`. Default: 2."),
  requestTimeout: duration.optional().describe("How long one answer may take: `60s`. Default: no limit."),
};

export const modelTemplates = ["model", "system", "prompt", "message", "messages"] as const;
