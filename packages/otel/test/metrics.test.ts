import { Flow, FlowEvents, listen, MemoryPersistence, race, signal, start } from "millrace";
import { expect, test } from "vitest";
import { observe } from "../src/index.js";
import { Recorder } from "./recorder.js";

const Go = signal("go");

class Trial extends Flow {
  @start({ retry: { attempts: 3, delay: 1 } }) tried() {
    if (this.call.attempt < 3) throw new Error("not yet");
  }
  @listen("tried") wait() {}
  @listen(Go) end() {
    throw new Error("at the end");
  }
}

test("durations by outcome, failures, retries, and how many runs are under way", async () => {
  const recorder = new Recorder();
  const flow = new Trial();
  observe(flow, recorder);
  const active: unknown[] = [];
  flow.events.on("step.completed", async ({ step }) => {
    if (step === "wait") active.push(await recorder.points("millrace.run.active"));
  });
  const { id } = await flow.kickoff();
  await expect(flow.signal(id, Go)).rejects.toMatchObject({ code: "STEP_FAILED" });
  expect(await recorder.points("millrace.run.duration")).toEqual({ "Trial/waiting": 1, "Trial/failed/STEP_FAILED": 1 });
  expect(await recorder.points("millrace.step.duration")).toEqual({
    "Trial/tried/retrying/STEP_FAILED": 2,
    "Trial/tried/completed": 1,
    "Trial/wait/completed": 1,
    "Trial/end/failed/STEP_FAILED": 1,
  });
  expect(await recorder.points("millrace.step.retries")).toEqual({ "Trial/tried/STEP_FAILED": 2 });
  expect(await recorder.points("millrace.step.failures")).toEqual({ "Trial/end/STEP_FAILED": 1 });
  expect(await recorder.points("millrace.run.failures")).toEqual({ "Trial/STEP_FAILED": 1 });
  expect(await recorder.points("millrace.run.active")).toEqual({ Trial: 0 });
  expect(active).toHaveLength(1);
});

test("a run that the process can't go on with is not left open", async () => {
  const persistence = new MemoryPersistence();
  class Two extends Flow {
    @start() one() {
      persistence.append = () => {
        throw new Error("gone");
      };
    }
    @listen("one") two() {}
  }
  const recorder = new Recorder();
  const flow = new Two({ persistence });
  observe(flow, recorder);
  await expect(flow.kickoff()).rejects.toThrow("gone");
  expect(recorder.tree).toEqual(["run Two > step one", "- > run Two"]);
  expect(recorder.span("run Two").attributes).toMatchObject({
    "millrace.run.outcome": "abandoned",
    "error.type": "INTERNAL",
  });
  expect(await recorder.points("millrace.run.active")).toEqual({ Two: 0 });
});

test("ending it leaves nothing behind: no listener, no wrapper, no open span, no run under way", async () => {
  const recorder = new Recorder();
  const events = new FlowEvents();
  let [begin, release] = [() => {}, () => {}];
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  class Held extends Flow {
    @start() async hold() {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    }
    @start() async other() {
      begin();
      await new Promise(() => {});
    }
    @listen(race("hold", "other")) after() {}
  }
  const end = observe(events, recorder);
  const running = new Held({ events }).kickoff();
  await begun;
  expect([events.observed, events.wrapped]).toEqual([true, true]);
  end();
  end();
  expect([events.observed, events.wrapped]).toEqual([false, false]);
  expect(recorder.tree).toEqual(["run Held > step hold", "run Held > step other", "- > run Held"]);
  expect(await recorder.points("millrace.run.active")).toEqual({ Held: 0 });
  release();
  expect(await running).toMatchObject({ status: "completed" });
  expect(recorder.spans).toHaveLength(3);
});

test("a run that was under way before is observed from its next start on", async () => {
  const recorder = new Recorder();
  class Late extends Flow {
    @start() async first() {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    @listen(Go) second() {}
  }
  const flow = new Late();
  const running = flow.kickoff();
  observe(flow, recorder);
  const { id } = await running;
  expect(recorder.spans).toEqual([]);
  await flow.signal(id, Go);
  expect(recorder.tree).toEqual(["run Late > step second", "- > run Late"]);
});
