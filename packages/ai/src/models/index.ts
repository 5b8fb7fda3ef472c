export { type FindModelOptions, findModel } from "./find-model.js";
export { modelName } from "./model-name.js";
export { costOf, type ModelPrice, type ModelPrices, type ModelTokens } from "./prices.js";
export { provideModels, providePrices } from "./provided.js";
export type { LanguageModel, ModelChoice, ModelProvider, NamedModel } from "./types.js";
