import { Flow, start } from "millrace";
import { expect, test } from "vitest";
import { observe } from "../src/index.js";
import { Recorder } from "./recorder.js";

class Answer extends Flow {
  @start({ retry: { attempts: 2, delay: 0 } }) write() {
    this.addUsage({ "model:tokens": 12 });
    if (this.call.attempt === 1) throw new Error("overloaded");
    return 1;
  }
}

test("what steps have used stands on their spans, the sum on the run's", async () => {
  const recorder = new Recorder();
  const flow = new Answer();
  observe(flow, recorder);
  await flow.kickoff();
  const attempts = recorder.spans.filter(({ name }) => name === "step write");
  expect(attempts.map(({ attributes }) => attributes["millrace.usage.model:tokens"])).toEqual([12, 12]);
  expect(recorder.span("run Answer").attributes).toMatchObject({ "millrace.usage.model:tokens": 24 });
});

test("a run that was stopped says so, and its unfinished step", async () => {
  const recorder = new Recorder();
  const stop = new AbortController();
  class Slow extends Flow {
    @start() async work() {
      setImmediate(() => stop.abort());
      await this.sleep("1h");
    }
  }
  const flow = new Slow();
  observe(flow, recorder);
  await expect(flow.kickoff({}, { stopSignal: stop.signal })).rejects.toMatchObject({ code: "RUN_STOPPED" });
  expect(recorder.span("run Slow").attributes).toMatchObject({ "millrace.run.outcome": "stopped" });
  expect(recorder.span("step work").attributes).toMatchObject({ "millrace.step.outcome": "unfinished" });
});
