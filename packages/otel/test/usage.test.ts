import { Flow, FlowEvents, start } from "millrace";
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

test("what is used is counted once: with the step, over its attempts, with the runs that it has started", async () => {
  class Part extends Flow {
    @start() think() {
      this.addUsage({ "acme/large/v2:output_tokens": 5, pages: 2 });
    }
  }
  class Whole extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) async write() {
      await this.once("asked", () => this.addUsage({ "acme/small:input_tokens": 7, "acme/small:cost_usd": 0.5 }));
      if (this.call.attempt === 1) throw new Error("cut off");
      await this.runFlow(Part);
    }
  }
  const recorder = new Recorder();
  const flow = new Whole();
  observe(flow, recorder);
  const { usage } = await flow.kickoff();
  expect(usage).toEqual({
    "acme/small:input_tokens": 7,
    "acme/small:cost_usd": 0.5,
    "acme/large/v2:output_tokens": 5,
    pages: 2,
  });
  expect(recorder.span("step think").attributes).toMatchObject({ "millrace.usage.pages": 2 });
  expect(await recorder.sums("millrace.usage")).toEqual(
    Object.fromEntries(Object.entries(usage!).map(([name, count]) => [`Whole/write/${name}`, count])),
  );
  expect(await recorder.sums("gen_ai.client.token.usage")).toEqual({
    "chat/acme/small/input": 7,
    "chat/acme/large/v2/output": 5,
  });
});

test("of a run whose parent is not heard its own steps count", async () => {
  const heard = new FlowEvents();
  class Part extends Flow {
    @start() think() {
      this.addUsage({ pages: 2 });
    }
  }
  class Whole extends Flow {
    @start() async write() {
      await this.runFlow(new Part({ events: heard }));
    }
  }
  const recorder = new Recorder();
  observe(heard, recorder);
  await new Whole().kickoff();
  expect(await recorder.sums("millrace.usage")).toEqual({ "Part/think/pages": 2 });
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
