/** From code to documents, and back. */

export { documentToClass } from "./document-to-class.js";
export { type FunctionsToToolsOptions, functionsToTools } from "./functions-to-tools.js";
