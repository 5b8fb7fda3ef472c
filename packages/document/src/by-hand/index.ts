/** The step types of documents, for classes. */
export { evaluate } from "./evaluate.js";
export { fromEnv } from "./from-env.js";
export { type PartedText, parts } from "./parts.js";
export { runStep, type StepCallOptions, type StepRunner, type StepRunnerOptions, stepRunner } from "./step-runner.js";
