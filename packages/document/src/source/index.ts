export { type ParseOptions, parseSource } from "./parse-source.js";
export type { Includer } from "./reader.js";
export * from "./source-node.js";
