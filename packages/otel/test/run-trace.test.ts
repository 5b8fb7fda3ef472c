import { AlwaysOnSampler, ParentBasedSampler, TraceIdRatioBasedSampler } from "@opentelemetry/sdk-trace-base";
import { Flow, listen, MemoryPersistence, signal, start } from "millrace";
import { expect, test } from "vitest";
import { observe } from "../src/index.js";
import { Recorder } from "./recorder.js";

const Go = signal("go");

class Waits extends Flow {
  @start() begin() {}
  @listen(Go) end() {}
}

test('with trace: "run" all spans of a run share a trace made of its id, wherever they are made', async () => {
  const recorder = new Recorder();
  const persistence = new MemoryPersistence();
  const flow = new Waits({ persistence });
  observe(flow, { tracer: recorder.tracer, trace: "run" });
  const caller = await recorder.tracer.startActiveSpan("request", async (span) => {
    await flow.kickoff({}, { id: "run-1" });
    span.end();
    return span.spanContext();
  });
  await flow.signal("run-1", Go);
  await flow.kickoff({}, { id: "run-2" });
  const elsewhere = new Recorder();
  const again = new Waits();
  observe(again, { tracer: elsewhere.tracer, trace: "run" });
  await again.kickoff({}, { id: "run-1" });

  const tracesOf = (of: Recorder, id: string) => {
    const spans = of.spans.filter(({ attributes }) => attributes["millrace.run.id"] === id);
    return [...new Set(spans.map((span) => span.spanContext().traceId))];
  };
  const own = tracesOf(recorder, "run-1");
  expect(own).toHaveLength(1);
  expect(own).toEqual(tracesOf(elsewhere, "run-1"));
  expect(own).not.toEqual(tracesOf(recorder, "run-2"));
  const [first, second] = recorder.spans.filter(
    ({ name, attributes }) => name === "run Waits" && attributes["millrace.run.id"] === "run-1",
  );
  expect(first!.links).toEqual([{ context: caller, attributes: { "millrace.link": "caller" } }]);
  expect(second!.links).toEqual([{ context: first!.spanContext(), attributes: { "millrace.link": "previous" } }]);
});

test("which of these traces are taken, a parent-based sampler decides by the trace's id", async () => {
  const remoteParentSampled = new TraceIdRatioBasedSampler(0.5);
  const recorder = new Recorder({
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler(), remoteParentSampled }),
  });
  const flow = new Waits();
  observe(flow, { tracer: recorder.tracer, trace: "run" });
  for (let i = 0; i < 40; i++) await flow.kickoff({}, { id: `run-${i}` });
  const taken = recorder.spans.filter(({ name }) => name === "run Waits").length;
  expect(taken).toBeGreaterThan(5);
  expect(taken).toBeLessThan(35);
});
