export { type CelType, celType } from "./cel-types.js";
export { DocumentTypes, type TypeProblem, type TypeResult, typeWords } from "./document-types.js";
