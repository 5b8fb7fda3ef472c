/** How long a cancelled run waits for what does not listen. */
import { Flow, FlowError, listen, MemoryPersistence, start } from "millrace";
import { expect, test } from "vitest";

function deaf() {
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  class Deaf extends Flow {
    @start() async dig() {
      await held;
      return "a hole";
    }
    @listen("dig") fill() {
      return "filled";
    }
  }
  class Parent extends Flow {
    @start() send() {
      return this.runFlow(Deaf);
    }
  }
  return { Deaf, Parent, goOn };
}

const started = (flow: Flow, step: string) =>
  new Promise<void>((resolve) => {
    flow.events.on("step.started", (event) => event.step === step && resolve());
  });

test.each([0, "20ms"] as const)("no longer than the canceller says: %s", async (abortGrace) => {
  const { Deaf, goOn } = deaf();
  const flow = new Deaf({ abortGrace: "1h" });
  const begun = started(flow, "dig");
  const run = flow.kickoff({}, { id: "one" }).catch((error) => error);
  await begun;
  await flow.runs.cancel("one", { reason: "enough", abortGrace });
  const error = await run;
  expect([error.code, error.message]).toEqual(["RUN_CANCELLED", "Run one was cancelled: enough."]);
  goOn();
  expect((await flow.runs.history("one")).map(({ entry }) => entry.type)).toEqual(["started", "cancelled", "ended"]);
  const resumed = await flow.resume("one");
  expect(resumed.outputs).toEqual({ dig: "a hole", fill: "filled" });
});

test("nor do runs that it has started hold it up", async () => {
  const { Parent, goOn } = deaf();
  const persistence = new MemoryPersistence();
  const flow = new Parent({ persistence, abortGrace: "1h" });
  const begun = started(flow, "dig");
  const run = flow.kickoff({}, { id: "one" }).catch((error) => error);
  await begun;
  await new Parent({ persistence }).runs.cancel("one", { abortGrace: 20 });
  expect((await run).code).toBe("RUN_CANCELLED");
  goOn();
});

test("a grace that is no duration stores nothing", async () => {
  const { Deaf, goOn } = deaf();
  const flow = new Deaf();
  goOn();
  await flow.kickoff({}, { id: "one" });
  const error = await flow.runs.cancel("one", { abortGrace: "soon" as never }).catch((error) => error);
  expect(FlowError.is(error, "DEFINITION_DURATION_INVALID")).toBe(true);
});
