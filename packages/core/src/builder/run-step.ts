import { toolsOf } from "../runtime/index.js";
import { collected, isGenerator } from "./generated.js";
import { isFlow } from "./is-flow.js";
import type { StepFunction, StepSpec } from "./spec.js";

/** What implements a step, as a definition calls it: `given` is what it is called with. */
export function runnerOf(run: StepSpec["run"]): (flow: object, given: unknown) => unknown {
  if (isFlow(run)) return (flow, given) => toolsOf(flow).runFlow(run, given as never);
  return (flow, given) => {
    const result = (run as StepFunction)(given, toolsOf(flow));
    return isGenerator(result) ? collected(result) : result;
  };
}
