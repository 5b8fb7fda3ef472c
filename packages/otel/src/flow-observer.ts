/** Hears the events of all runs and keeps what is open of each: from its start or resume to where it rests. */
import { type Context, context, type Tracer } from "@opentelemetry/api";
import type { FlowEvent, FlowEventOf, StepCall } from "millrace";
import { attribute, type RunOutcome } from "./attributes.js";
import type { ContentWriter } from "./content.js";
import type { FlowMetrics } from "./metrics.js";
import { type RunEnd, RunSpans } from "./run-spans.js";
import { placeOf, rememberSpan, type TraceChoice } from "./run-trace.js";

export interface ObserverOptions {
  readonly tracer: Tracer;
  readonly metrics: FlowMetrics;
  readonly content: ContentWriter;
  readonly trace: TraceChoice;
}

type RunBegin = FlowEventOf<"run.started" | "run.resumed">;

const outcomes: Readonly<Record<RunEnd["type"], RunOutcome>> = {
  "run.completed": "completed",
  "run.waiting": "waiting",
  "run.failed": "failed",
  "run.cancelled": "cancelled",
  "run.stopped": "stopped",
  "run.abandoned": "abandoned",
};

export class FlowObserver {
  readonly #options: ObserverOptions;
  readonly #runs = new Map<string, RunSpans>();

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  hear(event: FlowEvent): void {
    switch (event.type) {
      case "run.started":
      case "run.resumed":
        return this.#begin(event);
      case "run.completed":
      case "run.waiting":
      case "run.failed":
      case "run.cancelled":
      case "run.stopped":
      case "run.abandoned":
        return this.#rest(event);
      default:
        // a run that began before it was observed is seen from its next start on
        this.#runs.get(event.runId)?.hear(event);
    }
  }

  /** What the code of a step finds active: the span of its attempt. */
  contextOf(call: StepCall): Context | undefined {
    return this.#runs.get(call.runId)?.contextOf(call);
  }

  /** Nothing more will be heard. */
  end(): void {
    for (const run of this.#runs.values()) this.#leave(run);
  }

  #begin(event: RunBegin): void {
    const { tracer, metrics, content, trace } = this.#options;
    const { runId, flow, path } = event;
    const before = this.#runs.get(runId);
    if (before) this.#leave(before);
    const { parent, links } = placeOf(event, context.active(), trace);
    const attributes = {
      [attribute.flow]: flow,
      [attribute.runId]: runId,
      ...(path && { [attribute.parent]: path.at(-1)!.run }),
      ...(event.type === "run.resumed" && { [attribute.resumedFrom]: event.from }),
    };
    const span = tracer.startSpan(`run ${flow}`, { attributes, links: [...links] }, parent);
    if (event.type === "run.started") span.setAttributes(content(span, attribute.inputs, event.inputs));
    const countedAbove = path !== undefined && this.#runs.has(path.at(-1)!.run);
    const run = { runId, flow };
    this.#runs.set(runId, new RunSpans({ run, span, parent, tracer, metrics, content, countedAbove }));
    metrics.began(flow);
  }

  #rest(event: RunEnd): void {
    const run = this.#runs.get(event.runId);
    if (!run) return;
    run.rest(event, outcomes[event.type]);
    this.#leave(run);
    if (event.type !== "run.completed") rememberSpan(event, run.spanContext);
  }

  #leave(run: RunSpans): void {
    this.#runs.delete(run.runId);
    run.end();
    this.#options.metrics.left(run.flow);
  }
}
