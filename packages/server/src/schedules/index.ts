export { putConfigured } from "./put-configured.js";
export type { ScheduleSpec } from "./schedule-spec.js";
export { Schedules, type SchedulesOptions } from "./schedules.js";
