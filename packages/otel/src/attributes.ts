/** The names of what is told: attributes of spans and metrics. `error.type` is OpenTelemetry's own. */
export const attribute = {
  flow: "millrace.flow.name",
  runId: "millrace.run.id",
  parent: "millrace.run.parent",
  runOutcome: "millrace.run.outcome",
  resumedFrom: "millrace.run.resumed_from",
  waitingFor: "millrace.run.waiting_for",
  cancelReason: "millrace.run.cancel_reason",
  inputs: "millrace.run.inputs",
  output: "millrace.run.output",
  step: "millrace.step.name",
  number: "millrace.step.number",
  index: "millrace.step.index",
  attempt: "millrace.step.attempt",
  trigger: "millrace.step.trigger",
  stepOutcome: "millrace.step.outcome",
  retryAt: "millrace.step.retry_at",
  labels: "millrace.step.labels",
  chunks: "millrace.step.chunks",
  payload: "millrace.step.payload",
  result: "millrace.step.output",
  ask: "millrace.ask.id",
  askPrompt: "millrace.ask.prompt",
  askAnswer: "millrace.ask.answer",
  askTimedOut: "millrace.ask.timed_out",
  timer: "millrace.timer.key",
  timerUntil: "millrace.timer.until",
  signal: "millrace.signal.name",
  signalPayload: "millrace.signal.payload",
  label: "millrace.label",
  held: "millrace.join.held",
  missing: "millrace.join.missing",
  patches: "millrace.state.patches",
  link: "millrace.link",
  usage: "millrace.usage",
  usageName: "millrace.usage.name",
  errorType: "error.type",
} as const;

/** What a step or a run has used: an attribute for each thing that is counted. */
export function usageAttributes(usage: Readonly<Record<string, number>> = {}): Record<string, number> {
  return Object.fromEntries(Object.entries(usage).map(([key, count]) => [`${attribute.usage}.${key}`, count]));
}

/** How a run came to rest, as far as this process drove it. */
export type RunOutcome = "completed" | "waiting" | "failed" | "cancelled" | "stopped" | "abandoned";

/**
 * How an attempt of a step came out. Of one that was open when its run came to rest: `waiting` for an answer, or `unfinished`.
 */
export type StepOutcome = "completed" | "skipped" | "retrying" | "failed" | "aborted" | "waiting" | "unfinished";
