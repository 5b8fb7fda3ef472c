/** From code to documents, and back. */

export { type DocumentToClassOptions, documentToClass } from "./document-to-class.js";
export { type FunctionsToToolsOptions, functionsToTools } from "./functions-to-tools.js";
