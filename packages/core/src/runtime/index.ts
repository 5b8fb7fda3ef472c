export type { AnnotationsOptions, RunAnnotation } from "./annotations.js";
export type { AskAnswer, AskOptions } from "./ask.js";
export { flowOptionNames } from "./check-flow-options.js";
export { attemptProgress, inKeySpace, stepKey } from "./current-call.js";
export { FlowEvents } from "./event-bus.js";
export { Flow } from "./flow.js";
export { type DefinedFlow, type FlowShape, flowClass } from "./flow-class.js";
export type {
  Annotate,
  AnswerOptions,
  ContinueArgs,
  ContinueOptions,
  DriveOptions,
  FlowOptions,
  KickoffArgs,
  KickoffOptions,
  RunFlowArgs,
  RunFlowOptions,
  SignalOptions,
  StreamArgs,
  StreamOptions,
} from "./flow-options.js";
export type { ForkOptions, StateEdit } from "./fork.js";
export type { EventPlace, RunEventItem, RunEventsOptions } from "./journaled-events.js";
export { type LeftValues, leaveBehind } from "./leave-behind.js";
export type { MigratedRun, MigrateOptions, MigrateQuery } from "./migrate-runs.js";
export type { JournalPosition } from "./moments.js";
export type { PicturePlot, TextPlot } from "./plot-flow.js";
export type { PruneOptions, PruneResult } from "./prune-runs.js";
export type { RecoverOptions } from "./recover-runs.js";
export type { CancelOptions } from "./run-messages.js";
export { overlayOf } from "./run-overlay.js";
export type { CompletedRun, FlowLike, RecoveredRun, RunResult, SignalResult, WaitingRun } from "./run-result.js";
export type { RunStream } from "./run-stream.js";
export type { Runs } from "./runs.js";
export type { StepCode, StepHarness } from "./step-harness.js";
export type { StepSurroundings, StepWrapper } from "./step-surroundings.js";
export { type StepTools, stepTools, toolsOf } from "./step-tools.js";
export { systemClock } from "./system-clock.js";
