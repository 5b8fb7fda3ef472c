// Flows without a class: the builder, and what other doors hand over.
export * from "./builder/index.js";
// Authoring: the flow class, its decorators, conditions and labels.
export {
  type About,
  type Approval,
  type ApprovalOptions,
  and,
  approval,
  atLeast,
  type BindingData,
  type CallSources,
  type Condition,
  type ConditionLeaf,
  type ContinueInputs,
  collect,
  type Decision,
  type DeepReadonly,
  type DefinitionData,
  type Duration,
  durationMs,
  type ElementOf,
  each,
  type FlowClass,
  type FlowCore,
  type FlowDefinition,
  type FlowLogger,
  type FlowStatics,
  type ForEachOptions,
  type ForEachPolicy,
  failed,
  forEach,
  type Group,
  type InputsOf,
  type KickoffInputs,
  keep,
  labels,
  listen,
  type MergeRule,
  type MergeRules,
  type NoState,
  type OutputOf,
  type Outputs,
  or,
  type Payload,
  type ReferenceData,
  type RetryOptions,
  type RetryPolicy,
  type Route,
  type RouterOptions,
  race,
  route,
  router,
  type SchemaData,
  type Settled,
  type Signal,
  type StateOf,
  type StepCall,
  type StepData,
  type StepDefinition,
  type StepOptions,
  type StepOrigin,
  type StepParams,
  settled,
  signal,
  start,
  type Unchecked,
  unchecked,
} from "./definition/index.js";
// Errors: one class, one registry of codes.
export * from "./errors/index.js";
// Pictures of flows and of their runs.
export type {
  CallOverlay,
  PictureOptions,
  PictureTheme,
  RunOverlay,
  StepOverlay,
  StepStanding,
} from "./picture/index.js";
// The plan, for tools that draw or compare flows.
export {
  describeGraph,
  type FlowGraph,
  type FlowPlan,
  type GraphEdge,
  type GraphNode,
  plotMermaid,
} from "./plan/index.js";
// What a store of runs is written against: `@millrace/sqlite` and other adapters.
export * from "./ports/index.js";
// Running: what flows take and answer.
export * from "./runtime/index.js";
export type { PathKey, StatePatch, StatePath } from "./state/index.js";
