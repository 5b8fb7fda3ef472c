/** The instruments: durations in seconds, counts of what went wrong, the runs under way. */
import type { Attributes, Context, Meter } from "@opentelemetry/api";
import { attribute, type RunOutcome, type StepOutcome } from "./attributes.js";
import { type UsageMetrics, usageMetrics } from "./usage-metrics.js";

/** From a millisecond to an hour: steps wait for disks, for models, for people's mail servers. */
const seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600];

export interface StepFigures {
  readonly flow: string;
  readonly step: string;
  readonly outcome: Extract<StepOutcome, "completed" | "retrying" | "failed">;
  readonly durationMs: number;
  /** The code of the error. */
  readonly error?: string;
}

export interface RunFigures {
  readonly flow: string;
  readonly outcome: RunOutcome;
  readonly durationMs: number;
  /** The code of the error. */
  readonly error?: string;
}

export interface FlowMetrics {
  began(flow: string): void;
  left(flow: string): void;
  run(figures: RunFigures, context: Context): void;
  step(figures: StepFigures, context: Context): void;
  readonly usage: UsageMetrics;
}

export function flowMetrics(meter: Meter): FlowMetrics {
  const runDuration = meter.createHistogram("millrace.run.duration", {
    unit: "s",
    description: "How long a run was driven until it came to rest; waiting does not count.",
    advice: { explicitBucketBoundaries: seconds },
  });
  const stepDuration = meter.createHistogram("millrace.step.duration", {
    unit: "s",
    description: "How long an attempt of a step took.",
    advice: { explicitBucketBoundaries: seconds },
  });
  const active = meter.createUpDownCounter("millrace.run.active", {
    unit: "{run}",
    description: "Runs that this process is driving.",
  });
  const runFailures = meter.createCounter("millrace.run.failures", {
    unit: "{failure}",
    description: "Runs that failed.",
  });
  const stepFailures = meter.createCounter("millrace.step.failures", {
    unit: "{failure}",
    description: "Steps that failed for good.",
  });
  const retries = meter.createCounter("millrace.step.retries", {
    unit: "{retry}",
    description: "Attempts that failed and are followed by another.",
  });
  return {
    began: (flow) => active.add(1, { [attribute.flow]: flow }),
    left: (flow) => active.add(-1, { [attribute.flow]: flow }),
    run({ flow, outcome, durationMs, error }, context) {
      const about = { [attribute.flow]: flow };
      const why = errorAttributes(error);
      runDuration.record(durationMs / 1000, { ...about, [attribute.runOutcome]: outcome, ...why }, context);
      if (outcome === "failed") runFailures.add(1, { ...about, ...why }, context);
    },
    step({ flow, step, outcome, durationMs, error }, context) {
      const about = { [attribute.flow]: flow, [attribute.step]: step };
      const why = errorAttributes(error);
      stepDuration.record(durationMs / 1000, { ...about, [attribute.stepOutcome]: outcome, ...why }, context);
      if (outcome === "failed") stepFailures.add(1, { ...about, ...why }, context);
      if (outcome === "retrying") retries.add(1, { ...about, ...why }, context);
    },
    usage: usageMetrics(meter),
  };
}

const errorAttributes = (error: string | undefined): Attributes =>
  error === undefined ? {} : { [attribute.errorType]: error };
