import type { CallSources } from "../../src/definition/index.js";

/** What a call finds beside its payload, for tests that call a step's functions by hand. */
export const calledBy = (trigger: string, more: Partial<CallSources> = {}): CallSources => ({
  trigger,
  index: undefined,
  inputs: undefined,
  output: () => undefined,
  committed: undefined,
  ...more,
});
