/** From code to documents, and back. */
export { type FunctionsToToolsOptions, functionsToTools } from "./functions-to-tools.js";
