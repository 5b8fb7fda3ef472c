import type { LanguageModel as AnyLanguageModel } from "ai";

/** A model as the package `ai` takes it. */
export type LanguageModel = Exclude<AnyLanguageModel, string>;

/** A model, or its name: `"openai/gpt-5"`. */
export type ModelChoice = LanguageModel | (string & {});

/** Who serves models: a provider of the AI SDK, or a function from a model's name to the model. */
export type ModelProvider = { languageModel(modelId: string): LanguageModel } | ((modelId: string) => LanguageModel);

/** A model, and the name that its usage is told by. */
export interface NamedModel {
  readonly model: LanguageModel;
  /** `"openai/gpt-5"`, however the model was given. */
  readonly name: string;
}

/** In USD per million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Of input that the provider had kept. @default as input */
  readonly cachedInput?: number;
}

/** By the model's name, `"openai/gpt-5"`. */
export type ModelPrices = Readonly<Record<string, ModelPrice>>;
