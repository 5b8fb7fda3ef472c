/** Flows as YAML or JSON documents. */

export type { StepTools } from "millrace";
// From code to documents.
export { documentToClass, type FunctionsToToolsOptions, functionsToTools } from "./convert/index.js";
// Loading: files to flow classes, or to everything that is wrong with them.
export type { DocumentFlow } from "./load/document-flow.js";
export {
  type DocumentOptions,
  type LoadedDocument,
  type LoadOptions,
  loadDocument,
  validateDocument,
} from "./load/load-document.js";
export { formatProblems } from "./problems/index.js";
// For editors: the JSON Schema of documents.
export { documentSchema, type JsonSchema } from "./schema/document-schema.js";
// What a `type:` can name: step types of a project's own.
export type { Connection, ProjectTool, StepContext, StepProblem, StepProject } from "./step-context.js";
export { commonStepFields, defineStepType, type StepType, type StepTypeCall } from "./step-type.js";
export { builtinStepTypes } from "./steps/index.js";
