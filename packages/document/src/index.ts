/** Flows as YAML or JSON documents. */

export type { StepTools } from "millrace";
export { formatProblems } from "./problems/index.js";
// What a `type:` can name: step types of a project's own.
export type { Connection, ProjectTool, StepContext, StepProblem, StepProject } from "./step-context.js";
export { commonStepFields, defineStepType, type StepType, type StepTypeCall } from "./step-type.js";
export { builtinStepTypes } from "./steps/index.js";
