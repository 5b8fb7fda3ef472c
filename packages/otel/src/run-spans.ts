/** The spans of one run, from its start or resume to where it rests: its own, and one for each attempt of a step. */
import { type Context, type Span, type SpanContext, type Tracer, trace } from "@opentelemetry/api";
import type { FlowEvent, FlowEventOf } from "millrace";
import { attribute, type RunOutcome, type StepOutcome, usageAttributes } from "./attributes.js";
import type { ContentWriter } from "./content.js";
import { recordFailure } from "./failure.js";
import type { FlowMetrics } from "./metrics.js";
import type { RunKey } from "./run-trace.js";
import { spanEvent } from "./span-events.js";

interface StepSpan {
  readonly span: Span;
  readonly context: Context;
  chunks: number;
}

/** Which call of a step. */
interface CallKey {
  readonly step: string;
  readonly number: number;
}

interface RunSpansOptions {
  readonly run: RunKey;
  readonly span: Span;
  readonly parent: Context;
  readonly tracer: Tracer;
  readonly metrics: FlowMetrics;
  readonly content: ContentWriter;
  /** The run that has started this one is heard too, and what this one has used counts there. */
  readonly countedAbove: boolean;
}

type StepBegin = FlowEventOf<"step.started">;
type StepEnd = FlowEventOf<"step.completed" | "step.failed" | "step.retrying">;
/** How this process leaves a run. */
export type RunEnd = FlowEventOf<
  "run.completed" | "run.waiting" | "run.failed" | "run.cancelled" | "run.stopped" | "run.abandoned"
>;

const outcomes: Readonly<Record<StepEnd["type"], Extract<StepOutcome, "completed" | "failed" | "retrying">>> = {
  "step.completed": "completed",
  "step.failed": "failed",
  "step.retrying": "retrying",
};

export class RunSpans {
  readonly runId: string;
  readonly flow: string;
  readonly #options: RunSpansOptions;
  readonly #span: Span;
  readonly #context: Context;
  readonly #steps = new Map<string, StepSpan>();
  readonly #begunAt = performance.now();

  constructor(options: RunSpansOptions) {
    this.runId = options.run.runId;
    this.flow = options.run.flow;
    this.#options = options;
    this.#span = options.span;
    this.#context = trace.setSpan(options.parent, options.span);
  }

  get spanContext(): SpanContext {
    return this.#span.spanContext();
  }

  contextOf(call: CallKey): Context | undefined {
    return this.#steps.get(keyOf(call))?.context;
  }

  hear(event: FlowEvent): void {
    switch (event.type) {
      case "step.started":
        return this.#stepBegins(event);
      case "step.completed":
      case "step.failed":
      case "step.retrying":
        return this.#stepEnds(event);
      case "step.skipped":
        return this.#close(event, "skipped");
      case "step.aborted":
        return this.#close(event, "aborted");
      case "output.chunk": {
        const open = this.#steps.get(keyOf(event));
        if (open) open.chunks++;
        return;
      }
      default:
        return this.#note(event);
    }
  }

  /** The run comes to rest: `end` follows. */
  rest(event: RunEnd, outcome: RunOutcome): void {
    const { content, metrics } = this.#options;
    const span = this.#span;
    span.setAttribute(attribute.runOutcome, outcome);
    if (event.type === "run.completed") span.setAttributes(content(span, attribute.output, event.output));
    if (event.type === "run.waiting") {
      const names = event.waitingFor.map(({ name }) => name);
      span.setAttribute(attribute.waitingFor, names);
      for (const key of this.#steps.keys()) this.#closeKey(key, "waiting");
    }
    if (event.type === "run.cancelled" && event.reason !== undefined)
      span.setAttribute(attribute.cancelReason, event.reason);
    if ("usage" in event) span.setAttributes(usageAttributes(event.usage));
    const error = "error" in event ? event.error : undefined;
    if (error) recordFailure(span, error);
    const durationMs = performance.now() - this.#begunAt;
    metrics.run({ flow: this.flow, outcome, durationMs, ...(error && { error: error.code }) }, this.#context);
  }

  end(): void {
    for (const key of this.#steps.keys()) this.#closeKey(key, "unfinished");
    this.#span.end();
  }

  #stepBegins(event: StepBegin): void {
    const { tracer, content } = this.#options;
    const { step, number, index, attempt, trigger } = event;
    const attributes = {
      [attribute.flow]: this.flow,
      [attribute.runId]: this.runId,
      [attribute.step]: step,
      [attribute.number]: number,
      ...(index !== undefined && { [attribute.index]: index }),
      [attribute.attempt]: attempt,
      [attribute.trigger]: trigger,
    };
    const span = tracer.startSpan(`step ${step}`, { attributes }, this.#context);
    span.setAttributes(content(span, attribute.payload, event.payload));
    this.#steps.set(keyOf(event), { span, context: trace.setSpan(this.#context, span), chunks: 0 });
  }

  #stepEnds(event: StepEnd): void {
    const { content, metrics, countedAbove } = this.#options;
    const { step, durationMs, usage } = event;
    const outcome = outcomes[event.type];
    const open = this.#steps.get(keyOf(event));
    const error = "error" in event ? event.error.code : undefined;
    const figures = { flow: this.flow, step, outcome, durationMs, ...(error !== undefined && { error }) };
    const context = open?.context ?? this.#context;
    metrics.step(figures, context);
    if (!countedAbove) metrics.usage({ flow: this.flow, step, usage }, context);
    if (!open) return;
    open.span.setAttributes(usageAttributes(usage));
    if (event.type === "step.completed") {
      open.span.setAttributes(content(open.span, attribute.result, event.output));
      if (event.labels) open.span.setAttribute(attribute.labels, [...event.labels]);
    } else recordFailure(open.span, event.error);
    if (event.type === "step.retrying")
      open.span.setAttribute(attribute.retryAt, new Date(event.retryAt).toISOString());
    this.#close(event, outcome);
  }

  #close(call: CallKey, outcome: StepOutcome): void {
    this.#closeKey(keyOf(call), outcome);
  }

  #closeKey(key: string, outcome: StepOutcome): void {
    const open = this.#steps.get(key);
    if (!open) return;
    this.#steps.delete(key);
    open.span.setAttribute(attribute.stepOutcome, outcome);
    if (open.chunks > 0) open.span.setAttribute(attribute.chunks, open.chunks);
    open.span.end();
  }

  /** Of a step that is running: an event of its span; else of the run's. */
  #note(event: FlowEvent): void {
    const open = "number" in event ? this.#steps.get(keyOf(event)) : undefined;
    const span = open?.span ?? this.#span;
    const attributes = spanEvent(event, (name, value) => this.#options.content(span, name, value));
    if (!attributes) return;
    const where = !open && "step" in event && { [attribute.step]: event.step };
    span.addEvent(event.type, { ...where, ...attributes });
  }
}

const keyOf = ({ step, number }: CallKey): string => `${step} ${number}`;
