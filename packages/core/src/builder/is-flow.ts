import { Flow } from "../runtime/index.js";
import type { StepFlow } from "./spec.js";

/** Whether a step is a flow of its own: a class of flows, or an instance. */
export function isFlow<F>(run: F | StepFlow): run is StepFlow & F {
  return run instanceof Flow || (typeof run === "function" && run.prototype instanceof Flow);
}
