import { defineStepType, type StepContext } from "@millrace/document";
import { modelsUnknown } from "./ask.js";
import { modelProblems } from "./check-models.js";
import { modelConnection } from "./connection.js";
import { intentConfig } from "./intent-config.js";

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
  config: intentConfig,
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
  run: async (call) => (await import("./answer.js")).chosenIntent(call),
});
