/** What can be told of a step that asks a model before it runs. */
import type { StepContext, StepProblem } from "@millrace/document";
import { z } from "zod";
import { providerProblem } from "../models/provider-problem.js";
import type { loopFields, modelFields, ToolField } from "./fields.js";
import { isModelName } from "./names.js";
import { toolProblems } from "./tool-record.js";

export type AskConfig = z.output<z.ZodObject<typeof modelFields & typeof loopFields>> & {
  readonly tools?: readonly ToolField[] | undefined;
};

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
