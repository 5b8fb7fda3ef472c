/** Joins that go on without what never happened, through the public face: with their events, after a resume, in parked runs. */
import { expect, test } from "vitest";
import {
  and,
  collect,
  Flow,
  type FlowEvent,
  failed,
  forEach,
  listen,
  MemoryPersistence,
  router,
  type Settled,
  settled,
  signal,
  start,
} from "../src/index.js";

class Trip extends Flow {
  static flowName = "Trip";
  @start() plan() {
    return "plan";
  }
  @router("plan", { routes: ["fly", "stay"] }) choose() {
    return "stay" as "fly" | "stay";
  }
  @listen("fly") book() {
    return ["a", "b"];
  }
  @forEach("book") async seat(name: string) {
    return name;
  }
  @start() async broken(): Promise<number> {
    throw new Error("no");
  }
  @listen(failed("broken")) mend() {
    return "mended";
  }
  @listen("broken") later(n: number) {
    return n;
  }
  @listen(and("plan", settled("book"), settled("later"), collect(settled("seat"))))
  close(all: { plan: string; book: Settled<string[]>; later: Settled<number>; seat: Settled<string>[] }) {
    return all;
  }
  @listen(and("plan", "book")) never() {
    return 1;
  }
}

test("a join hears as skipped what a router, a failure and an empty path have left out", async () => {
  const flow = new Trip();
  const heard: FlowEvent[] = [];
  flow.events.on("*", (event) => void heard.push(event));
  const { outputs, id } = await flow.kickoff();
  const skipped = { status: "skipped" };
  expect(outputs.close).toEqual({ plan: "plan", book: skipped, later: skipped, seat: [] });
  expect(heard.find((event) => event.type === "step.started" && event.step === "close")).toMatchObject({
    trigger: "plan",
  });
  expect(heard.filter(({ type }) => type === "join.starved")).toMatchObject([
    { step: "never", held: ["plan"], missing: ["book"] },
  ]);
  // the same from the journal alone
  expect((await flow.resume(id)).outputs).toEqual(outputs);
});

class Permit extends Flow {
  static flowName = "Permit";
  @start() draft() {
    return "draft";
  }
  @listen(signal("objection")) hear() {
    return "heard";
  }
  @listen(and("draft", settled("hear"))) decide({ hear }: { draft: string; hear: Settled<string> }) {
    return hear.status;
  }
  @router("draft", { routes: ["doubt", "trust"] }) look() {
    return "trust" as "doubt" | "trust";
  }
  @listen("doubt") check() {
    return 1;
  }
  @listen(and("draft", settled("check"), signal("stamp"))) stamp() {
    return "stamped";
  }
}

test("it waits while a signal may still come, in another process too", async () => {
  const persistence = new MemoryPersistence();
  const run = await new Permit({ persistence }).kickoff();
  expect(run).toMatchObject({
    status: "waiting",
    waitingFor: [
      { name: "objection", steps: ["hear"] },
      { name: "stamp", steps: ["stamp"] },
    ],
  });
  expect(run.outputs.decide).toBeUndefined();
  expect((await new Permit({ persistence }).signal(run.id, "stamp", 1)).status).toBe("waiting");
  expect(await new Permit({ persistence }).signal(run.id, "objection", 1)).toMatchObject({
    status: "completed",
    outputs: { stamp: "stamped", decide: "completed" },
  });
});
