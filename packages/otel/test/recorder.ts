/** The real SDK with exporters in memory: what spans and figures a flow makes. */

import { context, type Meter, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricReader,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** A metric's points: `"flow/step/outcome/error" → count or value`, as far as they have them. */
export type Points = Readonly<Record<string, number>>;

export class Recorder {
  readonly tracer: Tracer;
  readonly meter: Meter;
  readonly #spans = new InMemorySpanExporter();
  readonly #reader: MetricReader;

  constructor(options: { sampler?: Sampler } = {}) {
    const spanProcessors = [new SimpleSpanProcessor(this.#spans)];
    this.tracer = new BasicTracerProvider({ spanProcessors, ...options }).getTracer("test");
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    this.#reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
    this.meter = new MeterProvider({ readers: [this.#reader] }).getMeter("test");
  }

  /** In the order in which they ended. */
  get spans(): readonly ReadableSpan[] {
    return this.#spans.getFinishedSpans();
  }

  span(name: string): ReadableSpan {
    const found = this.spans.filter((span) => span.name === name);
    if (found.length !== 1) throw new Error(`${found.length} spans are named "${name}"`);
    return found[0]!;
  }

  /** Each span as `parent > span`, in the order of their ends. */
  get tree(): readonly string[] {
    const names = new Map(this.spans.map((span) => [span.spanContext().spanId, span.name]));
    return this.spans.map(
      ({ name, parentSpanContext: parent }) => `${(parent && names.get(parent.spanId)) ?? "-"} > ${name}`,
    );
  }

  async points(metric: string): Promise<Points> {
    return this.#read(metric, ({ count }) => count);
  }

  /** As points, of a histogram the sum of what was recorded. */
  async sums(metric: string): Promise<Points> {
    return this.#read(metric, ({ sum = 0 }) => sum);
  }

  async #read(metric: string, of: (histogram: Histogram) => number): Promise<Points> {
    const { resourceMetrics } = await this.#reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const data = metrics.find(({ descriptor }) => descriptor.name === metric);
    const points = (data?.dataPoints ?? []) as readonly DataPoint<number | Histogram>[];
    return Object.fromEntries(
      points.map(({ attributes, value }) => [
        Object.values(attributes).join("/"),
        typeof value === "number" ? value : of(value),
      ]),
    );
  }
}
