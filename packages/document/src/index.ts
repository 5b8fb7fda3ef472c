/** Flows as YAML or JSON documents. */

export type { StepTools } from "millrace";
// The step types of documents, in classes.
export {
  type CollectedItems,
  type CollectOptions,
  collectItems,
  evaluate,
  fromEnv,
  type GatherOptions,
  gatherItems,
  type HandMemory,
  type HandModel,
  type HandTool,
  type ItemSteps,
  type PartedText,
  parts,
  runStep,
  type StepCallOptions,
  type StepRunner,
  type StepRunnerOptions,
  stepRunner,
} from "./by-hand/index.js";
// From code to documents, and back.
export {
  type DocumentToClassOptions,
  documentToClass,
  type FunctionsToToolsOptions,
  functionsToTools,
} from "./convert/index.js";
// Loading: files to flow classes, or to everything that is wrong with them.
export type { DocumentFlow } from "./load/document-flow.js";
export { installedStepTypes } from "./load/installed-step-types.js";
export {
  type DocumentOptions,
  type LoadedDocument,
  type LoadOptions,
  loadDocument,
  validateDocument,
} from "./load/load-document.js";
export type { Memory, Message, StepMemory } from "./memory/memory.js";
export { formatProblems } from "./problems/index.js";
// Fields of their config that name what the document declares.
export { connectionRef, flowRef, memoryRef, modelRef, toolRef } from "./references/index.js";
// For editors: the JSON Schema of documents.
export { documentSchema, type JsonSchema } from "./schema/document-schema.js";
export type { Connection, Model, ProjectTool, StepContext, StepProblem, StepProject } from "./step-context.js";
export {
  type ConnectionType,
  commonStepFields,
  defineStepType,
  type StepType,
  type StepTypeCall,
} from "./step-type.js";
export {
  aggregate,
  builtinStepTypes,
  construct,
  decode,
  explode,
  extract,
  fileRead,
  fileWrite,
  http,
  sql,
  textOf,
} from "./steps/index.js";
