import { Flow } from "../runtime/index.js";
import type { StepFlow, StepSpec } from "./spec.js";

/** Whether a step is a flow of its own: a class of flows, or an instance. */
export function isFlow(run: StepSpec["run"]): run is StepFlow {
  return run instanceof Flow || (typeof run === "function" && run.prototype instanceof Flow);
}
