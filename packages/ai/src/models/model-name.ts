import type { LanguageModel } from "./types.js";

/** The name that a model's usage is told by: `"openai/gpt-5"`, also where the provider calls itself `openai.responses`. */
export function modelName({ provider, modelId }: Pick<LanguageModel, "provider" | "modelId">): string {
  // the gateway's models bear the names of those who serve them
  if (provider === "gateway" && modelId.includes("/")) return modelId;
  return `${provider.split(".")[0]}/${modelId}`;
}
