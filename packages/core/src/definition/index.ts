export { type Duration, durationMs } from "./duration.js";
export type {
  DeepReadonly,
  FlowStatics,
  InitialState,
  InputsOf,
  KickoffInputs,
  MergeRules,
  NoState,
  OutputOf,
  Self,
  ShapeOf,
  StateOf,
} from "./flow-shape.js";
export { type OwnKeys, type ReservedName, reservedNames } from "./reserved-names.js";
export type { Signal } from "./signal.js";
export type { FlowClass, FlowCore, FlowLogger, StepCall } from "./step-call.js";
export type { Outputs, Route } from "./step-results.js";
export type {
  Condition,
  ConditionLeaf,
  FlowDefinition,
  MergeRule,
  RetryPolicy,
  StepDefinition,
} from "./types.js";
