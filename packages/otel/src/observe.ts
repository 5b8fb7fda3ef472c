import { context, type Meter, metrics, type Tracer, trace } from "@opentelemetry/api";
import type { FlowEvents } from "millrace";
import { type ContentFilter, contentWriter } from "./content.js";
import { FlowObserver } from "./flow-observer.js";
import { flowMetrics } from "./metrics.js";
import type { TraceChoice } from "./run-trace.js";

/** A flow, or a bus that several flows share. */
export type Observable = FlowEvents | { readonly events: FlowEvents };

export interface ObserveOptions {
  /** @default that of the global tracer provider */
  readonly tracer?: Tracer;
  /** @default that of the global meter provider, which must be set before */
  readonly meter?: Meter;
  /**
   * Whether inputs, payloads, results, signals and changes of the state stand on the spans, as JSON; or a function that says
   * how. @default false
   */
  readonly content?: boolean | ContentFilter;
  /**
   * `"caller"`: a run's span is a child of what is active where it is kicked off or resumed. `"run"`: all spans of a run, in
   * whatever process, share a trace whose id is made of the run's id. @default "caller"
   */
  readonly trace?: TraceChoice;
}

/** The package's own name and version, as OpenTelemetry's scope. */
export const scope = { name: "@millrace/otel", version: "0.1.0" } as const;

/**
 * Makes traces and metrics of all runs of a flow, or of all flows that share a bus: a span per run, one per attempt of a step
 * below it, and what a step's own code traces below that. Answers a function that ends it; spans that are open end with it.
 *
 * @example
 * const flow = new Review({ persistence });
 * const end = observe(flow);
 * await flow.kickoff({ topic: "rivers" });
 * end();
 */
export function observe(target: Observable, options: ObserveOptions = {}): () => void {
  const events = "events" in target ? target.events : target;
  const observer = new FlowObserver({
    tracer: options.tracer ?? trace.getTracer(scope.name, scope.version),
    metrics: flowMetrics(options.meter ?? metrics.getMeter(scope.name, scope.version)),
    content: contentWriter(options.content ?? false),
    trace: options.trace ?? "caller",
  });
  const stopHearing = events.on("*", (event) => observer.hear(event));
  const stopWrapping = events.around((call, run) => {
    const around = observer.contextOf(call);
    if (around) context.with(around, run);
    else run();
  });
  return () => {
    stopHearing();
    stopWrapping();
    observer.end();
  };
}
