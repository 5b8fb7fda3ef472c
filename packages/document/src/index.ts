/** Flows as YAML or JSON documents. */
export { formatProblems } from "./problems/index.js";
