import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { SpanStatusCode, trace } from "@opentelemetry/api";
import { and, Flow, FlowEvents, labels, listen, MemoryPersistence, race, router, signal, start } from "millrace";
import { expect, test } from "vitest";
import { observe } from "../src/index.js";
import { Recorder } from "./recorder.js";

/** The author's own span, as any instrumented library makes one. */
const work = (recorder: Recorder, name: string) =>
  recorder.tracer.startActiveSpan(name, async (span) => {
    await pause(1);
    span.end();
    return name;
  });

test("a chain: a span for the run, one for each step below it, with names and numbers and no content", async () => {
  class Chain extends Flow<{ secret: string }> {
    override initialState = { secret: "s3cret" };
    @start() one() {
      return "s3cret";
    }
    @router("one", { routes: ["on", "off"] }) turn() {
      return labels("on", "off");
    }
    @listen("on") three(secret: string) {
      this.state.secret = `${secret} again`;
      return "s3cret";
    }
  }
  const recorder = new Recorder();
  const flow = new Chain();
  observe(flow, recorder);
  const { id } = await flow.kickoff({ secret: "s3cret" });
  expect(recorder.tree).toEqual([
    "run Chain > step one",
    "run Chain > step turn",
    "run Chain > step three",
    "- > run Chain",
  ]);
  expect(recorder.span("run Chain").attributes).toEqual({
    "millrace.flow.name": "Chain",
    "millrace.run.id": id,
    "millrace.run.outcome": "completed",
  });
  expect(recorder.span("step turn").attributes).toEqual({
    "millrace.flow.name": "Chain",
    "millrace.run.id": id,
    "millrace.step.name": "turn",
    "millrace.step.number": 1,
    "millrace.step.attempt": 1,
    "millrace.step.trigger": "one",
    "millrace.step.labels": ["on", "off"],
    "millrace.step.outcome": "completed",
  });
  expect(recorder.span("run Chain").events.map(({ name, attributes }) => [name, attributes])).toEqual([
    ["route.unheard", { "millrace.step.name": "turn", "millrace.label": "off" }],
  ]);
  expect(recorder.spans.every(({ status }) => status.code === SpanStatusCode.UNSET)).toBe(true);
  const told = recorder.spans.map(({ attributes, events, status }) => ({ attributes, events, status }));
  expect(JSON.stringify(told)).not.toContain("s3cret");
});

test("parallel steps: what each traces is below its own span, a run kicked off in a step below that step's", async () => {
  const recorder = new Recorder();
  class Inner extends Flow {
    @start() async leaf() {
      return work(recorder, "leaf work");
    }
  }
  const events = new FlowEvents();
  class Fan extends Flow {
    @start() async left() {
      return work(recorder, "left work");
    }
    @start() async right() {
      await pause(2);
      return work(recorder, "right work");
    }
    @start() async *nested() {
      yield 1;
      yield 2;
      await new Inner({ events }).kickoff();
    }
    @listen(and("left", "right", "nested")) async join() {
      return work(recorder, "join work");
    }
  }
  observe(events, recorder);
  await recorder.tracer.startActiveSpan("request", async (span) => {
    await new Fan({ events }).kickoff();
    span.end();
  });
  expect([...recorder.tree].sort()).toEqual([
    "- > request",
    "request > run Fan",
    "run Fan > step join",
    "run Fan > step left",
    "run Fan > step nested",
    "run Fan > step right",
    "run Inner > step leaf",
    "step join > join work",
    "step leaf > leaf work",
    "step left > left work",
    "step nested > run Inner",
    "step right > right work",
  ]);
  expect(recorder.span("step nested").attributes["millrace.step.chunks"]).toBe(2);
  expect(new Set(recorder.spans.map((span) => span.spanContext().traceId)).size).toBe(1);
  expect(trace.getActiveSpan()).toBeUndefined();
});

test("a retry is a span of its own; the error of each failed attempt and of the run is recorded", async () => {
  class Charge extends Flow {
    @start({ retry: { attempts: 2, delay: 1 } }) pay() {
      throw new TypeError("no card");
    }
  }
  const recorder = new Recorder();
  const flow = new Charge();
  observe(flow, recorder);
  await expect(flow.kickoff()).rejects.toMatchObject({ code: "STEP_FAILED" });
  expect(recorder.tree).toEqual(["run Charge > step pay", "run Charge > step pay", "- > run Charge"]);
  const [first, second, run] = recorder.spans;
  expect(first!.attributes).toMatchObject({
    "millrace.step.attempt": 1,
    "millrace.step.outcome": "retrying",
    "millrace.step.retry_at": expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(second!.attributes).toMatchObject({ "millrace.step.attempt": 2, "millrace.step.outcome": "failed" });
  expect(run!.attributes).toMatchObject({ "millrace.run.outcome": "failed" });
  for (const span of [first!, second!, run!]) {
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'Step "pay" failed: no card' });
    expect(span.attributes["error.type"]).toBe("STEP_FAILED");
    expect(span.events).toHaveLength(1);
    expect(span.events[0]!.attributes).toMatchObject({
      "exception.message": 'Step "pay" failed: no card',
      "exception.stacktrace": expect.stringContaining("TypeError: no card"),
    });
  }
});

test("a run that waits ends its span; the next one, by another instance, is linked to it", async () => {
  const Legal = signal("legal");
  class Contract extends Flow {
    @start() draft() {
      return "text";
    }
    @listen(and("draft", Legal)) sign() {
      return "signed";
    }
  }
  const recorder = new Recorder();
  const persistence = new MemoryPersistence();
  const here = new Contract({ persistence });
  const there = new Contract({ persistence });
  observe(here, recorder);
  observe(there, recorder);
  const { id } = await here.kickoff();
  await there.signal(id, Legal, { ok: true });
  const [first, second, ...more] = recorder.spans.filter(({ name }) => name === "run Contract");
  expect(more).toEqual([]);
  expect(first!.attributes).toMatchObject({ "millrace.run.outcome": "waiting", "millrace.run.waiting_for": ["legal"] });
  expect(first!.status.code).toBe(SpanStatusCode.UNSET);
  expect(second!.attributes).toMatchObject({
    "millrace.run.id": id,
    "millrace.run.outcome": "completed",
    "millrace.run.resumed_from": "waiting",
  });
  expect(second!.links).toEqual([{ context: first!.spanContext(), attributes: { "millrace.link": "previous" } }]);
  expect(second!.spanContext().traceId).not.toBe(first!.spanContext().traceId);
  expect(second!.events.map(({ name, attributes }) => [name, attributes])).toEqual([
    ["signal.received", { "millrace.signal.name": "legal" }],
  ]);
  // its end is known: nothing would be linked to it any more
  await there.resume(id);
  expect(recorder.spans.filter(({ name }) => name === "run Contract")).toHaveLength(2);
});

test("cancel: the run's span says so and is no error; what still runs is ended with it", async () => {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  class Slow extends Flow {
    @start() async stubborn() {
      begin();
      await new Promise(() => undefined);
    }
    @start({ when: () => false }) skipped() {}
  }
  const recorder = new Recorder();
  const flow = new Slow({ abortGrace: 1 });
  observe(flow, recorder);
  const skipped = new Promise<void>((resolve) => void flow.events.on("step.skipped", () => resolve()));
  const stream = flow.stream();
  await Promise.all([begun, skipped]);
  await stream.cancel("enough");
  expect(recorder.tree).toEqual(["run Slow > step skipped", "run Slow > step stubborn", "- > run Slow"]);
  expect(recorder.span("step skipped").attributes["millrace.step.outcome"]).toBe("skipped");
  expect(recorder.span("step stubborn").attributes["millrace.step.outcome"]).toBe("unfinished");
  const run = recorder.span("run Slow");
  expect(run.attributes).toMatchObject({ "millrace.run.outcome": "cancelled", "millrace.run.cancel_reason": "enough" });
  expect(run.status.code).toBe(SpanStatusCode.UNSET);
});

test("a lost race ends its step's span", async () => {
  class Race extends Flow {
    @start() fast() {
      return "fast";
    }
    @start() async slow() {
      await once(this.call.abortSignal, "abort");
      return "slow";
    }
    @listen(race("fast", "slow")) async won(by: string) {
      await pause(5);
      return by;
    }
  }
  const recorder = new Recorder();
  const flow = new Race();
  observe(flow, recorder);
  await flow.kickoff();
  expect(recorder.tree).toEqual([
    "run Race > step fast",
    "run Race > step slow",
    "run Race > step won",
    "- > run Race",
  ]);
  expect(recorder.span("step slow").attributes["millrace.step.outcome"]).toBe("aborted");
});
