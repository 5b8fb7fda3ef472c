/** One call of a step that asks a model; imported when the first one runs, because the AI SDK takes its time. */
import type { StepProject, StepTypeCall } from "@millrace/document";
import { ChatMessage, type MemoryMessage, type StepTools } from "millrace";
import { z } from "zod";
import { intent } from "../chat/intent.js";
import { reply } from "../chat/messages.js";
import { generate } from "../generate/generate.js";
import type { MemoryUse } from "../memory/index.js";
import type { AskConfig } from "./ask.js";
import { documentModel } from "./document-model.js";
import type { IntentConfig } from "./intent-config.js";
import { toolRecord } from "./tool-record.js";

export async function answer({ config, tools: step, project }: StepTypeCall<AskConfig>): Promise<unknown> {
  const { system, prompt, message, messages, memory, as, tools, stream, settings } = config;
  const { maxSteps, onMaxSteps, maxRetries, corrections } = config;
  const models = await Promise.all([config.model].flat().map((id) => documentModel(id, project)));
  const schema = as === undefined ? z.string() : project.type(as);
  const isTyped = schema !== ChatMessage && !isText(schema);
  // a text in place of a message is what is asked, too
  const said =
    typeof message === "string" ? { prompt: prompt ?? message } : { ...(prompt !== undefined && { prompt }) };
  const before = [...listOf(messages), ...(typeof message === "string" ? [] : listOf(message))];
  const made = await generate({
    model: models.map(({ model }) => model),
    prices: Object.assign({}, ...models.map(({ prices }) => prices)),
    ...(system !== undefined && { system }),
    ...said,
    ...(before.length > 0 && { messages: before as never }),
    ...(memory !== undefined && { memory: await memoryOf(memory, { step, project }) }),
    ...(tools && { tools: toolRecord(tools, project) }),
    ...(isTyped && { output: schema }),
    ...(maxSteps !== undefined && { maxSteps }),
    ...(onMaxSteps !== undefined && { onMaxSteps }),
    ...(stream !== undefined && { stream }),
    ...(settings && { settings: settings as never }),
    ...(maxRetries !== undefined && { maxRetries }),
    ...(corrections !== undefined && { corrections }),
    ...(config.requestTimeout !== undefined && { timeout: config.requestTimeout as never }),
  } as Parameters<typeof generate>[0]);
  if (isTyped) return made.output;
  return schema === ChatMessage ? reply(made) : made.text;
}

async function memoryOf(
  id: string,
  { step, project }: { readonly step: StepTools; readonly project: StepProject },
): Promise<MemoryUse> {
  const { window, summary } = project.memory(id, step);
  if (!summary) return { id, ...(window && { window }) };
  const { model } = await documentModel(summary.model, project);
  return { id, ...(window && { window }), summary: { ...summary, model } };
}

const listOf = (given: unknown): readonly unknown[] => (given === undefined || given === null ? [] : [given].flat());

const isText = (schema: z.ZodType) => schema instanceof z.ZodString && !schema.def.checks?.length;

/** The label of what a message is about. */
export async function chosenIntent({ config, tools, project }: StepTypeCall<IntentConfig>): Promise<string> {
  const { model, message, intents, memory, otherwise, system } = config;
  const models = await Promise.all([model].flat().map((id) => documentModel(id, project)));
  return intent({
    model: models.map(({ model }) => model),
    message: message as ChatMessage,
    intents,
    ...(memory !== undefined && { history: project.memory(memory, tools).messages as readonly MemoryMessage[] }),
    ...(otherwise !== undefined && { otherwise }),
    ...(system !== undefined && { system }),
  });
}
