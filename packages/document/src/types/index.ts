export { type CelType, celType } from "./cel-types.js";
export { DocumentTypes, type TypeProblem, type TypeResult } from "./document-types.js";
