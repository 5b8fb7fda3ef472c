import { setTimeout as pause } from "node:timers/promises";
import { and, Flow, FlowEvents, listen, race, start } from "millrace";
import { expect, test } from "vitest";
import { observe } from "../src/index.js";
import { Recorder } from "./recorder.js";

/** What befalls a run is written in its number. */
class Mixed extends Flow<{ n: number }> {
  override initialState = { n: 0 };
  @start({ retry: { attempts: 2, delay: 1 } }) async left() {
    await pause(this.state.n % 3);
    if (this.state.n % 5 === 0 && this.call.attempt === 1) throw new Error("once");
    if (this.state.n % 7 === 0) throw new Error("for good");
  }
  @start() async right() {
    await pause(this.state.n % 4);
  }
  @listen(race("left", "right")) async first() {
    await pause(1);
  }
  @listen(and("left", "first")) both() {}
}

test("many runs at a time: each step's span is below its own run's, and nothing stays open", async () => {
  const recorder = new Recorder();
  const events = new FlowEvents();
  observe(events, recorder);
  let started = 0;
  events.on("step.started", () => started++);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 120 }, (_, n) => {
      const abortSignal = n % 11 === 0 ? AbortSignal.timeout(2) : undefined;
      return new Mixed({ events, abortGrace: 1 }).kickoff(
        { n },
        { id: `run ${n}`, ...(abortSignal && { abortSignal }) },
      );
    }),
  );
  const runs = recorder.spans.filter(({ name }) => name === "run Mixed");
  const runOf = new Map(runs.map((span) => [span.spanContext().spanId, span.attributes["millrace.run.id"]]));
  const steps = recorder.spans.filter(({ name }) => name.startsWith("step "));
  expect(runs).toHaveLength(120);
  expect(steps).toHaveLength(started);
  for (const { attributes, parentSpanContext } of steps) {
    expect(runOf.get(parentSpanContext!.spanId)).toBe(attributes["millrace.run.id"]);
  }
  const failed = outcomes.filter(({ status }) => status === "rejected").length;
  expect(failed).toBeGreaterThan(10);
  const durations = await recorder.points("millrace.run.duration");
  expect(Object.values(durations).reduce((sum, count) => sum + count, 0)).toBe(120);
  expect(durations["Mixed/completed"]).toBe(120 - failed);
  expect(await recorder.points("millrace.run.active")).toEqual({ Mixed: 0 });
});
