/** The step types of documents, for classes. */
export { evaluate } from "./evaluate.js";
export { fromEnv } from "./from-env.js";
export type { HandMemory, HandModel, HandTool } from "./hand-project.js";
export {
  batchOf,
  type CollectedItems,
  type CollectOptions,
  collectItems,
  type GatherOptions,
  gatherItems,
  type ItemSteps,
} from "./items.js";
export { type PartedText, parts } from "./parts.js";
export { runStep, type StepCallOptions, type StepRunner, type StepRunnerOptions, stepRunner } from "./step-runner.js";
