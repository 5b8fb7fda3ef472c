export { type Binding, orElse, outcomeOf, ref, Template, template } from "./binding.js";
export { fromDefinition } from "./from-definition.js";
export type { Implementations } from "./implementations.js";
export { lowerFlow } from "./lower-flow.js";
export type { Ref, RefTarget } from "./ref.js";
export type { FlowSpec, FlowValues, StepFlow, StepFunction, StepLink, StepSpec } from "./spec.js";
export type { StepTools } from "./step-tools.js";
