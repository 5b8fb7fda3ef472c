// Running a flow in a test, by a clock that jumps.
export { VirtualClock, type VirtualClockOptions, type VirtualTimer, virtualClock } from "./clock/virtual-clock.js";
export { type CoveredEdge, coverage, type FlowCoverage } from "./coverage/coverage.js";
export type { PlanEdge } from "./coverage/plan-edges.js";
export type { Answerer, Answers } from "./kit/answers.js";
export type { FlowMaker, KitOptions } from "./kit/flow-maker.js";
export type { FlowRun } from "./kit/flow-run.js";
export type { Replacement, Replacements } from "./kit/replacements.js";
export type { Signals, SignalToSend } from "./kit/signals.js";
// For authors of persistence adapters.
export type { ConformanceCheck, PersistenceConformanceOptions } from "./persistence/check.js";
export { persistenceConformance } from "./persistence/conformance.js";
export { type RunFlowOptions, runFlow } from "./run/run-flow.js";
// Every order, and a crash at every commit.
export { type SimulateOptions, type Simulation, simulate } from "./simulate/simulate.js";
