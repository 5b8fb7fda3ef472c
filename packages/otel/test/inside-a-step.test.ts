import { collect, Flow, forEach, listen, start } from "millrace";
import { expect, test } from "vitest";
import { observe } from "../src/index.js";
import { Recorder } from "./recorder.js";

test("each element of a list has a span of its own, with its index", async () => {
  class Sizes extends Flow {
    @start() list() {
      return ["a", "bb", "ccc"];
    }
    @forEach("list", { concurrency: 2 }) async size(text: string) {
      return text.length;
    }
    @listen(collect("size")) sum(sizes: number[]) {
      return sizes.reduce((sum, size) => sum + size, 0);
    }
  }
  const recorder = new Recorder();
  const flow = new Sizes();
  observe(flow, recorder);
  await flow.kickoff();
  expect(recorder.tree.filter((edge) => edge === "run Sizes > step size")).toHaveLength(3);
  const elements = recorder.spans.filter(({ name }) => name === "step size").map(({ attributes }) => attributes);
  expect(elements.map((of) => of["millrace.step.index"]).sort()).toEqual([0, 1, 2]);
  expect(recorder.span("step sum").attributes).not.toHaveProperty(["millrace.step.index"]);
});

test("a step that asks ends its span as waiting, and has another when it is answered", async () => {
  class Trip extends Flow {
    @start() async plan() {
      return (await this.ask("Where to?")) as string;
    }
  }
  const recorder = new Recorder();
  const flow = new Trip();
  observe(flow, recorder);
  const { id } = await flow.kickoff();
  const [question] = (await flow.runs.questions({ runId: id })).questions;
  await flow.runs.answer(question!.id, "Rome");
  expect(recorder.tree).toEqual(["run Trip > step plan", "- > run Trip", "run Trip > step plan", "- > run Trip"]);
  const [asking, first, answered, second] = recorder.spans;
  expect(asking!.attributes["millrace.step.outcome"]).toBe("waiting");
  expect(first!.attributes["millrace.run.waiting_for"]).toEqual([question!.id]);
  expect(answered!.attributes["millrace.step.outcome"]).toBe("completed");
  const told = (of: typeof asking) => of!.events.map(({ name, attributes }) => [name, attributes]);
  expect(told(asking)).toEqual([["ask.requested", { "millrace.ask.id": question!.id }]]);
  expect([...told(answered), ...told(second)]).toEqual([
    [
      "ask.answered",
      { "millrace.step.name": "plan", "millrace.ask.id": question!.id, "millrace.ask.timed_out": false },
    ],
  ]);
});

test("the timers of a step are events of its span", async () => {
  class Nap extends Flow {
    @start() async rest() {
      await this.sleep(2, "nap");
    }
  }
  const recorder = new Recorder();
  const flow = new Nap();
  observe(flow, recorder);
  await flow.kickoff();
  expect(recorder.span("step rest").events.map(({ name, attributes }) => [name, attributes])).toEqual([
    ["timer.set", { "millrace.timer.key": "nap", "millrace.timer.until": expect.stringMatching(/^\d{4}-.*Z$/) }],
    ["timer.fired", { "millrace.timer.key": "nap" }],
  ]);
});

test("the span of a run that a step runs is below the step's, the steps of that run below it", async () => {
  class Part extends Flow {
    @start() async make() {
      await this.sleep(1);
      return 1;
    }
  }
  const own = new Part();
  class Whole extends Flow {
    @start() go() {
      return Promise.all([this.runFlow(Part), this.runFlow(own)]);
    }
  }
  const recorder = new Recorder();
  const flow = new Whole();
  observe(flow, recorder);
  await flow.kickoff({}, { id: "whole" });
  expect(recorder.tree).toEqual([
    "run Part > step make",
    "step go > run Part",
    "run Part > step make",
    "step go > run Part",
    "run Whole > step go",
    "- > run Whole",
  ]);
  const parents = recorder.spans.map(({ attributes }) => attributes["millrace.run.parent"]);
  expect(parents).toEqual([undefined, "whole", undefined, "whole", undefined, undefined]);
});
