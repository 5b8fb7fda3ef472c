/** From a model's name to the model: the project's own providers, then installed ones, then the AI SDK's default provider. */
import { gateway } from "ai";
import { FlowError, nearest } from "millrace";
import { installedProvider, knownProviders, packageOf } from "./installed-provider.js";
import { modelName } from "./model-name.js";
import { providedModels } from "./provided.js";
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
  const fallback = defaultProvider();
  if (fallback) return { model: served(fallback, choice, choice), name: choice };
  throw provider === "" ? noProvider(choice) : unknownProvider(provider, choice);
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

/** As the AI SDK has it: one that the program has set, or the gateway where its key is there. */
function defaultProvider(): ModelProvider | undefined {
  const set = (globalThis as { AI_SDK_DEFAULT_PROVIDER?: ModelProvider }).AI_SDK_DEFAULT_PROVIDER;
  if (set) return set;
  const { AI_GATEWAY_API_KEY, VERCEL_OIDC_TOKEN } = process.env;
  return AI_GATEWAY_API_KEY || VERCEL_OIDC_TOKEN ? (gateway as ModelProvider) : undefined;
}

function noProvider(name: string): FlowError {
  return new FlowError("AI_MODEL_UNKNOWN", `"${name}" does not say who serves the model.`, {
    hint: 'Write the provider before it: "openai/gpt-5".',
    details: { model: name },
  });
}

function unknownProvider(provider: string, name: string): FlowError {
  const isKnown = knownProviders.includes(provider);
  const near = isKnown ? undefined : nearest(provider, [...providedModels.keys(), ...knownProviders]);
  const wanted = near ?? provider;
  const register = `provideModels({ ${/^\w+$/.test(provider) ? provider : JSON.stringify(provider)}: … })`;
  return new FlowError(
    "AI_MODEL_UNKNOWN",
    `Nobody here serves "${name}"${near ? `; is "${near}/${name.slice(provider.length + 1)}" meant?` : "."}`,
    {
      hint:
        isKnown || (near && knownProviders.includes(near))
          ? `Install its provider, \`npm install ${packageOf(wanted)}\`, or give your own by \`${register}\`.`
          : near
            ? `Write the provider's name as it was given to \`provideModels\`.`
            : `Say who serves it by \`${register}\`.`,
      details: { model: name },
    },
  );
}
