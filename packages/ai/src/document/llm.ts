import { randomUUID } from "node:crypto";
import { defineStepType, type StepTypeCall } from "@millrace/document";
import { z } from "zod";
import { type AskConfig, answerType, askProblems } from "./ask.js";
import { modelProblems } from "./check-models.js";
import { modelConnection } from "./connection.js";
import { loopFields, modelFields, modelTemplates, toolsField } from "./fields.js";

const run = async (call: StepTypeCall<AskConfig>) => (await import("./answer.js")).answer(call);

/**
 * Asks a language model, for steps of documents.
 *
 * @example
 * ```ts
 * const { flows } = await loadDocument("chat.yaml", { stepTypes: [llm] });
 * ```
 */
export const llm = defineStepType({
  type: "llm",
  description: "Asks a language model.",
  config: z.strictObject({ ...modelFields, tools: toolsField.optional(), ...loopFields }),
  templates: modelTemplates,
  importedFrom: "@millrace/ai/document#llm",
  connections: [modelConnection],
  output: answerType,
  check: askProblems,
  checkModel: modelProblems,
  // what it answers hangs on what was said before, which no key of a cache tells
  identity: ({ memory }) => (memory === undefined ? undefined : randomUUID()),
  run,
});

/**
 * A language model that calls tools until it has an answer, for steps of documents.
 *
 * @example
 * ```ts
 * const { flows } = await loadDocument("support.yaml", { stepTypes: [agent] });
 * ```
 */
export const agent = defineStepType({
  type: "agent",
  description: "Lets a language model call tools until it has an answer.",
  config: z.strictObject({ ...modelFields, tools: toolsField, ...loopFields }),
  templates: modelTemplates,
  importedFrom: "@millrace/ai/document#agent",
  connections: [modelConnection],
  cache: false,
  output: answerType,
  check: askProblems,
  checkModel: modelProblems,
  run,
});
