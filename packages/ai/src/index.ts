/** Language models in flows. */

// Memories: what was said, as a part of the state.
export { memory } from "millrace";
export { estimateTokens, type MemoryUse, type SummaryOptions, transcript } from "./memory/index.js";
// Models by name, and what they cost.
export {
  costOf,
  type FindModelOptions,
  findModel,
  type LanguageModel,
  type ModelChoice,
  type ModelPrice,
  type ModelPrices,
  type ModelProvider,
  type ModelTokens,
  modelName,
  type NamedModel,
  provideModels,
  providePrices,
} from "./models/index.js";
