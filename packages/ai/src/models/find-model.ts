/** From a model's name to the model: the project's own providers, then installed ones, then the AI SDK's default provider. */
import { FlowError } from "millrace";
import { defaultProvider } from "./default-provider.js";
import { installedProvider } from "./installed-provider.js";
import { modelName } from "./model-name.js";
import { providedModels } from "./provided.js";
import { unknownProvider } from "./provider-problem.js";
import type { LanguageModel, ModelChoice, ModelProvider, NamedModel } from "./types.js";

export interface FindModelOptions {
  /** The project's folder, where installed providers are looked for. @default the working directory */
  readonly root?: string;
}

/**
 * The model that a name means, with the name that its usage is told by.
 *
 * @throws {FlowError} AI_MODEL_UNKNOWN – nobody serves a model of this name
 * @example
 * const { model, name } = await findModel("openai/gpt-5");
 */
export async function findModel(
  choice: ModelChoice,
  { root = process.cwd() }: FindModelOptions = {},
): Promise<NamedModel> {
  if (typeof choice !== "string") {
    if (typeof choice?.modelId === "string") return { model: choice, name: modelName(choice) };
    throw new FlowError("AI_MODEL_UNKNOWN", `A model was given as ${choice === null ? "null" : typeof choice}.`, {
      hint: 'Give a model of the AI SDK, or a name: "openai/gpt-5".',
    });
  }
  const [, provider = "", modelId = ""] = /^([^/]+)\/(.+)$/.exec(choice) ?? [];
  const own = providedModels.get(provider);
  if (own) return { model: served(own, modelId, choice), name: choice };
  const installed = provider === "" ? undefined : await installedProvider(provider, root);
  if (installed) return { model: served(installed, modelId, choice), name: choice };
  const fallback = await defaultProvider();
  if (fallback) return { model: served(fallback, choice, choice), name: choice };
  if (provider === "") throw noProvider(choice);
  const { message, hint } = unknownProvider(provider);
  throw new FlowError("AI_MODEL_UNKNOWN", message, { hint, details: { model: choice } });
}

function served(provider: ModelProvider, modelId: string, name: string): LanguageModel {
  let model: LanguageModel | undefined;
  try {
    model = "languageModel" in provider ? provider.languageModel(modelId) : provider(modelId);
  } catch (cause) {
    if ((cause as { name?: unknown } | null)?.name !== "AI_NoSuchModelError") throw cause;
  }
  if (model) return model;
  throw new FlowError("AI_MODEL_UNKNOWN", `The provider of "${name}" has no such model.`, {
    hint: "Look up how the provider calls its models.",
    details: { model: name },
  });
}

function noProvider(name: string): FlowError {
  return new FlowError("AI_MODEL_UNKNOWN", `"${name}" does not say who serves the model.`, {
    hint: 'Write the provider before it: "openai/gpt-5".',
    details: { model: name },
  });
}
