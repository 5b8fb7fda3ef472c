// First, so that `Symbol.metadata` is there before any flow class.
import "./metadata.js";

export { type ApprovalOptions, type ApprovalReading, approval, type Decision, readApproval } from "./approval.js";
export type { BindingData } from "./binding-data.js";
export { ChatMessage } from "./chat-message.js";
export type { About, AnyGroup, Group, Unchecked } from "./conditions.js";
export {
  and,
  atLeast,
  collect,
  each,
  failed,
  keep,
  or,
  race,
  settled,
  signal,
  unchecked,
} from "./conditions.js";
export { listen, router, start } from "./decorators.js";
export type { DefinitionData, ReferenceData, SchemaData, StepData } from "./definition-data.js";
export { definitionProblems } from "./definition-problems.js";
export { definitionData } from "./definition-to-data.js";
export { type Duration, durationMs } from "./duration.js";
export { type Batched, type Batches, batched, batches, type Elements, elements } from "./element-conditions.js";
export type {
  ContinueInputs,
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
export { type ForEachOptions, forEach } from "./for-each.js";
export { fromJson, schemaAlternatives, schemasAt } from "./from-json.js";
export { giveDefinition } from "./given-definition.js";
export { decisionField, type JsonSchema, jsonSchemaOf } from "./json-schema.js";
export { readSources } from "./method-source.js";
export { normalizeCondition } from "./normalize-condition.js";
export { type NormalOptions, normalizeForEach, normalizeOptions } from "./normalize-options.js";
export type { ElementOf, Payload, Settled } from "./payloads.js";
export { type AnyFlowClass, defineFlow } from "./read-class.js";
export { type OwnKeys, type ReservedName, reservedNames } from "./reserved-names.js";
export { labels, type ReturnedLabel, type RouteReading, readRoute, route } from "./returns.js";
export type { Signal } from "./signal.js";
export type { FlowClass, FlowCore, FlowLogger, StepCall } from "./step-call.js";
export type { RetryOptions, RouterOptions, StepOptions } from "./step-options.js";
export type { Approval, LabelPayload, LabelsOf, Outputs, ResultOf, Route } from "./step-results.js";
export { type Said, textOf } from "./text-of.js";
export { toJson } from "./to-json.js";
export type {
  CallSources,
  Condition,
  ConditionLeaf,
  FlowDefinition,
  ForEachPolicy,
  MergeRule,
  RetryPolicy,
  StepDefinition,
  StepOrigin,
  StepParams,
} from "./types.js";
