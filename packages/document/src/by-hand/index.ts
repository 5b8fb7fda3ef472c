/** The step types of documents, for classes. */
export { evaluate } from "./evaluate.js";
export { fromEnv } from "./from-env.js";
export {
  type CollectedItems,
  type CollectOptions,
  collectItems,
  type GatherOptions,
  gatherItems,
  type ItemSteps,
} from "./items.js";
export { type PartedText, parts } from "./parts.js";
export { runStep, type StepCallOptions, type StepRunner, stepRunner } from "./step-runner.js";
export type { HandMemory, HandModel, HandTool, StepRunnerOptions } from "./step-runner-options.js";
