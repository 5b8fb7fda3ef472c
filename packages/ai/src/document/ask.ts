/** One call of a step that asks a model. */
import type { StepContext, StepProblem, StepProject, StepTypeCall } from "@millrace/document";
import { ChatMessage, type StepTools } from "millrace";
import { z } from "zod";
import { reply } from "../chat/messages.js";
import { generate } from "../generate/generate.js";
import type { MemoryUse } from "../memory/index.js";
import { providerProblem } from "../models/provider-problem.js";
import { documentModel, isModelName } from "./document-model.js";
import type { maxStepsField, modelFields, ToolField } from "./fields.js";
import { toolProblems, toolRecord } from "./tool-record.js";

export type AskConfig = z.output<z.ZodObject<typeof modelFields>> & {
  readonly tools?: readonly ToolField[] | undefined;
  readonly maxSteps?: z.output<typeof maxStepsField> | undefined;
};

export async function ask({ config, tools: step, project }: StepTypeCall<AskConfig>): Promise<unknown> {
  const { system, prompt, message, messages, memory, as, tools, maxSteps, stream, settings, maxRetries } = config;
  const models = await Promise.all([config.model].flat().map((id) => documentModel(id, project)));
  const schema = as === undefined ? z.string() : project.type(as);
  const isTyped = schema !== ChatMessage && !isText(schema);
  // a text in place of a message is what is asked, too
  const said =
    typeof message === "string" ? { prompt: prompt ?? message } : { ...(prompt !== undefined && { prompt }) };
  const before = [...listOf(messages), ...(typeof message === "string" ? [] : listOf(message))];
  const answer = await generate({
    model: models.map(({ model }) => model),
    prices: Object.assign({}, ...models.map(({ prices }) => prices)),
    ...(system !== undefined && { system }),
    ...said,
    ...(before.length > 0 && { messages: before as never }),
    ...(memory !== undefined && { memory: await memoryOf(memory, { step, project }) }),
    ...(tools && { tools: toolRecord(tools, project) }),
    ...(isTyped && { output: schema }),
    ...(maxSteps !== undefined && { maxSteps }),
    ...(stream !== undefined && { stream }),
    ...(settings && { settings: settings as never }),
    ...(maxRetries !== undefined && { maxRetries }),
    ...(config.requestTimeout !== undefined && { timeout: config.requestTimeout as never }),
  } as Parameters<typeof generate>[0]);
  if (isTyped) return answer.output;
  return schema === ChatMessage ? reply(answer) : answer.text;
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

export function answerType({ as }: AskConfig, context: StepContext): z.ZodType | undefined {
  if (as === undefined) return z.string();
  const found = context.type(as);
  return "schema" in found ? found.schema : undefined;
}

export function askProblems(config: AskConfig, context: StepContext): readonly StepProblem[] {
  const { as, prompt, message, messages, memory, tools = [] } = config;
  const type = as === undefined ? undefined : context.type(as);
  const isSilent = [prompt, message, messages, memory].every((one) => one === undefined);
  return [
    ...modelsUnknown(config.model, context),
    ...(isSilent
      ? [
          {
            path: ["prompt"],
            message: "Nothing is asked.",
            hint: "Write `prompt`, `message`, `messages`, or a `memory` that has something to be answered.",
          },
        ]
      : []),
    ...(type && "problem" in type ? [{ path: ["as"], ...type.problem }] : []),
    ...toolProblems(tools, context),
  ];
}

/** Of those that are named by `provider/model`; the others are looked at where they stand. */
export function modelsUnknown(model: AskConfig["model"], { root }: Pick<StepContext, "root">): readonly StepProblem[] {
  return [model].flat().flatMap((name, i): readonly StepProblem[] => {
    if (!isModelName(name)) return [];
    const wrong = providerProblem(name.slice(0, name.indexOf("/")), { root, isConnected: false, baseURL: undefined });
    return wrong ? [{ path: Array.isArray(model) ? ["model", i] : ["model"], ...wrong }] : [];
  });
}
