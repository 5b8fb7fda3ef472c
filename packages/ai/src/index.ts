/** Language models in flows. */

// Memories: what was said, as a part of the state.
export { memory, textOf } from "millrace";
export type { AnswerSource } from "./answer/stored-answer.js";
// Chats: what repeats in them.
export {
  type Answer,
  type AnswerOptions,
  answerFromHistory,
  endConversation,
  type IntentOptions,
  intent,
  intentRouter,
  reply,
} from "./chat/index.js";
// Asking a model, in a step.
export { generate } from "./generate/generate.js";
export type { GenerateOptions, MessagesGiven, ModelSettings } from "./generate/generate-options.js";
export type { AnswerFile, FinishReason, Generated, ToolCallMade } from "./generate/generated.js";
export { type LlmOptions, type LlmStep, llm } from "./generate/llm.js";
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
// What a model may call.
export type { ClientTool, ClientToolOptions } from "./tools/client-tool.js";
export { type FlowTool, type FlowToolOptions, flowTool, type ToolFlow } from "./tools/flow-tool.js";
export type { SdkTool } from "./tools/sdk-tool.js";
export { type Tool, type ToolCallPlace, type ToolOptions, tool } from "./tools/tool.js";
export type { ToolApproval } from "./tools/tool-approval.js";
export type { AnyTool, ToolRecord } from "./tools/tool-record.js";
export type { ModelUsage } from "./usage/usage-counts.js";
