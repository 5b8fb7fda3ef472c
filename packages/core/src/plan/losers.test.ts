import { describe, expect, test } from "vitest";
import { failed, on, or, race, router, sampleFlow, start } from "../../test/support/sample-flow.js";
import { compile } from "./compile.js";

/** The names of those that the race of step `z` aborts. */
function losersOf(steps: Parameters<typeof sampleFlow>[0]) {
  const plan = compile(sampleFlow(steps));
  const entries = plan.steps.find((step) => step.name === "z")!.entries;
  return entries.flatMap((entry) => entry.losers.map((step) => plan.steps[step]!.name));
}

describe("losers of a race", () => {
  test("the runners, when nothing else hears them", () => {
    expect(losersOf({ a: start(), b: start(), z: on(race("a", "b")) })).toEqual(["a", "b"]);
  });

  test("who is heard elsewhere runs on, and so do those before it", () => {
    expect(losersOf({ p: start(), a: on("p"), b: start(), other: on("a"), z: on(race("a", "b")) })).toEqual(["b"]);
  });

  test("a failure heard elsewhere counts", () => {
    expect(losersOf({ a: start(), b: start(), other: on(failed("a")), z: on(race("a", "b")) })).toEqual(["b"]);
  });

  test("steps on the way to a runner are aborted with it", () => {
    const steps = { p: start(), q: on("p"), a: on("q"), b: start(), z: on(race("a", "b")) };
    expect(losersOf(steps)).toEqual(["p", "q", "a", "b"]);
  });

  test("a router with another heard label runs on", () => {
    const steps = { s: start(), g: router(["fast", "log"], "s"), b: on("s"), w: on("log"), z: on(race("fast", "b")) };
    expect(losersOf(steps)).toEqual(["b"]);
  });

  test("a loop that leads only into the race is aborted as a whole", () => {
    const steps = { a: start("again"), g: router(["again", "got"], "a"), b: start(), z: on(race("got", "b")) };
    expect(losersOf(steps)).toEqual(["a", "g", "b"]);
  });

  test("another condition of the racing step is elsewhere", () => {
    expect(losersOf({ a: start(), b: start(), z: on(race("a", "b"), "a") })).toEqual(["b"]);
  });

  test("in a loop, who leads to the next round is spared, and the racing step is never its own loser", () => {
    const steps = { s: start(), a: on(or("s", "back")), b: on("a"), z: on(race("a", "b")) };
    expect(losersOf({ ...steps, g: router(["back", "end"], "z") })).toEqual(["s", "a", "b"]);
    expect(losersOf({ ...steps, b: router(["back", "end"], "a"), z: on(race("a", "end")) })).toEqual([]);
    expect(losersOf({ ...steps, b: router(["back", "end"], "a"), c: start(), z: on(race("c", "end")) })).toEqual([
      "s",
      "a",
      "b",
      "c",
    ]);
  });

  test("a race that heads its loop aborts the runners of the loop", () => {
    const steps = { s: start(), z: on(race("s", "fast", "slow")), fast: router(["more"], "z"), slow: on("z") };
    expect(losersOf({ ...steps, after: on("more") })).toEqual(["s", "slow"]);
  });

  test("nothing but a race has losers", () => {
    expect(losersOf({ a: start(), b: start(), z: on(or("a", "b")) })).toEqual([]);
  });
});
