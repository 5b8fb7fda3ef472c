/**
 * Where a test kit stands between the engine and the code of steps: it may run something in its place, or hold it, or what it
 * answers, back. Plan, journal and all else stay as they are.
 */
import type { CallSources, StepDefinition } from "../definition/index.js";
import type { CompiledFlow } from "./compiled-flow.js";

/** The code of a step, as the engine calls it: `flow` is the author's instance. */
export type StepCode = StepDefinition["invoke"] & {
  /** What the author's function is given, where that is not what the condition hands over. */
  readonly given?: (payload: unknown, sources: CallSources) => unknown;
};

/** Asked once per step of a flow: what is to run under its name. Answers `code` itself to leave the step as it is. */
export type StepHarness = (step: string, code: StepCode, flow: string) => StepCode;

export function harnessed(flow: CompiledFlow, harness: StepHarness): CompiledFlow {
  return {
    ...flow,
    steps: flow.steps.map((step) => ({ ...step, invoke: harness(step.name, step.invoke, flow.plan.flow) })),
  };
}
