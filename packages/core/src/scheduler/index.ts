export { CallTable } from "./call-table.js";
export { type CarriedOver, carryOver } from "./changed/differences.js";
export { renameCalls } from "./changed/rename-calls.js";
export { Scheduler } from "./scheduler.js";
export type { SchedulerSnapshot } from "./snapshot.js";
export type {
  AwaitedSignal,
  SchedulerCommand,
  SchedulerEvent,
  StepCallRecord,
  TakenLabel,
  Turn,
} from "./types.js";
