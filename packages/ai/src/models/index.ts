export { type FindModelOptions, findModel } from "./find-model.js";
export { providerOf } from "./installed-provider.js";
export { modelName } from "./model-name.js";
export { costOf, type ModelTokens } from "./prices.js";
export { provideModels, providePrices } from "./provided.js";
export type { LanguageModel, ModelChoice, ModelPrice, ModelPrices, ModelProvider, NamedModel } from "./types.js";
