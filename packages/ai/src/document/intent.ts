import { defineStepType, memoryRef, type StepContext, type StepProject } from "@millrace/document";
import type { ChatMessage, MemoryMessage, StepTools } from "millrace";
import { z } from "zod";
import { intent as chooseIntent } from "../chat/intent.js";
import { modelsUnknown } from "./ask.js";
import { modelProblems } from "./check-models.js";
import { modelConnection } from "./connection.js";
import { documentModel } from "./document-model.js";
import { modelFields } from "./fields.js";

const config = z.strictObject({
  model: modelFields.model,
  message: z.unknown().describe("What was said: `{{ input.message }}`."),
  intents: z
    .record(z.string(), z.string().min(1))
    .refine((intents) => Object.keys(intents).length > 0, "names nothing to choose from")
    .meta({ minProperties: 1 })
    .describe("What it may be about, by label: `{ billing: Invoices and payments., other: All else. }`."),
  memory: memoryRef()
    .optional()
    .describe("The id of a memory under `memories:`, for what was said before. Nothing is added to it."),
  otherwise: z
    .string()
    .optional()
    .describe("The label where the model has no sensible answer. Default: the step fails."),
  system: z.string().optional().describe("What the model should know beside."),
});

/**
 * Lets a language model say what a message is about: a router, for steps of documents.
 *
 * @example
 * ```ts
 * const { flows } = await loadDocument("support.yaml", { stepTypes: [intent] });
 * ```
 */
export const intent = defineStepType({
  type: "intent",
  description: "Lets a language model say what a message is about: its labels are the `intents`.",
  config,
  templates: ["model", "message", "system"],
  importedFrom: "@millrace/ai/document#intent",
  connections: [modelConnection],
  cache: false,
  routes: ({ intents }) => Object.keys(intents),
  check: (config, context: StepContext) => [
    ...modelsUnknown(config.model, context),
    ...(config.otherwise === undefined || Object.hasOwn(config.intents, config.otherwise)
      ? []
      : [
          {
            path: ["otherwise"],
            message: `"${config.otherwise}" is none of the intents.`,
            hint: "Take one of them.",
            allowed: Object.keys(config.intents),
          },
        ]),
  ],
  checkModel: modelProblems,
  async run({ config: { model, message, intents, memory, otherwise, system }, tools, project }) {
    const models = await Promise.all([model].flat().map((id) => documentModel(id, project)));
    return chooseIntent({
      model: models.map(({ model }) => model),
      message: message as ChatMessage,
      intents,
      ...(memory !== undefined && { history: historyOf(memory, { tools, project }) }),
      ...(otherwise !== undefined && { otherwise }),
      ...(system !== undefined && { system }),
    });
  },
});

const historyOf = (
  id: string,
  { tools, project }: { readonly tools: StepTools; readonly project: StepProject },
): readonly MemoryMessage[] => project.memory(id, tools).messages;
