import { describe, expect, test } from "vitest";
import {
  and,
  failed,
  keep,
  on,
  or,
  router,
  type SampleSteps,
  sampleFlow,
  signal,
  start,
} from "../../test/support/sample-flow.js";
import { compile } from "./compile.js";
import type { FlowPlan } from "./types.js";

/** Loops by name: `{ head, steps, entrances, outer }`. */
function loopsOf(steps: SampleSteps) {
  const plan = compile(sampleFlow(steps));
  const name = (step: number) => plan.steps[step]!.name;
  return plan.loops.map(({ head, steps, entrances, outer }) => ({
    head: name(head),
    steps: steps.map(name),
    entrances: entrances.map(name),
    outer,
  }));
}

const stepOf = (plan: FlowPlan, name: string) => plan.steps.find((step) => step.name === name)!;

describe("loops", () => {
  test("a plan without a way back has none", () => {
    expect(loopsOf({ a: start(), b: on("a"), c: on(and("a", "b")) })).toEqual([]);
  });

  test("steps that lead to each other through a label are one, headed by the one entered from outside", () => {
    const loops = loopsOf({
      begin: start(),
      check: router(["again", "done"], "write"),
      write: on(or("begin", "again")),
      publish: on("done"),
    });
    expect(loops).toEqual([{ head: "write", steps: ["check", "write"], entrances: ["write"], outer: -1 }]);
  });

  test("a start inside is the head when it stands first", () => {
    const loops = loopsOf({ a: start(on("again").conditions![0]!), g: router(["again", "out"], "a"), z: on("out") });
    expect(loops).toEqual([{ head: "a", steps: ["a", "g"], entrances: ["a"], outer: -1 }]);
  });

  test("a router on its own label is a loop of one", () => {
    const loops = loopsOf({ poll: { ...router(["again", "done"], "again"), starts: true }, end: on("done") });
    expect(loops).toEqual([{ head: "poll", steps: ["poll"], entrances: ["poll"], outer: -1 }]);
  });

  test("a step that hears its own failure is a loop", () => {
    expect(loopsOf({ a: start(), b: on(or("a", failed("b"))) })).toMatchObject([{ head: "b", steps: ["b"] }]);
  });

  test("of two entrances the head is the first in definition order, the other stays an entrance", () => {
    const loops = loopsOf({
      a: start(),
      b: start(),
      y: on(or("b", "x")),
      x: on(or("a", "g")),
      g: router(["g1"], "y"),
      h: on("g1"),
    });
    expect(loops).toEqual([{ head: "y", steps: ["y", "x", "g"], entrances: ["y", "x"], outer: -1 }]);
  });

  test("an entrance needs its whole condition from outside", () => {
    const loops = loopsOf({
      config: start(),
      first: on(and("config", "step")),
      step: on(or("config", "back")),
      back: on("first"),
    });
    expect(loops).toEqual([{ head: "step", steps: ["first", "step", "back"], entrances: ["step"], outer: -1 }]);
  });

  test("a signal comes from outside", () => {
    const loops = loopsOf({
      begin: start(),
      first: on(or(signal("poke"), "again")),
      second: router(["again", "done"], or("first", "begin")),
    });
    expect(loops).toMatchObject([{ head: "first", entrances: ["first", "second"] }]);
  });

  test("a label of a router outside counts as outside even if one inside makes it too", () => {
    const loops = loopsOf({
      begin: start(),
      gate: router(["go"], "begin"),
      work: on("go"),
      check: router(["go", "stop"], "work"),
    });
    expect(loops).toEqual([{ head: "work", steps: ["work", "check"], entrances: ["work"], outer: -1 }]);
  });

  test("inner loops are found without the head, to any depth, outer before inner", () => {
    const loops = loopsOf({
      begin: start(),
      a: on(or("begin", "nextA")),
      b: on(or("a", "nextB")),
      c: on(or("b", "nextC")),
      gc: router(["nextC", "outC"], "c"),
      gb: router(["nextB", "outB"], "outC"),
      ga: router(["nextA", "outA"], "outB"),
    });
    expect(loops).toEqual([
      { head: "a", steps: ["a", "b", "c", "gc", "gb", "ga"], entrances: ["a"], outer: -1 },
      { head: "b", steps: ["b", "c", "gc", "gb"], entrances: ["b"], outer: 0 },
      { head: "c", steps: ["c", "gc"], entrances: ["c"], outer: 1 },
    ]);
  });

  test("loops beside each other stand in the order of their heads, each before its inner ones", () => {
    const loops = loopsOf({
      begin: start(),
      z: on(or("begin", "z2")),
      zg: router(["z2", "zout"], "z"),
      p: on(or("begin", "p2")),
      q: on(or("p", "q2")),
      qg: router(["q2", "p2", "qout"], "q"),
    });
    expect(loops.map(({ head, outer }) => [head, outer])).toEqual([
      ["z", -1],
      ["p", -1],
      ["q", 1],
    ]);
  });

  test("each step lists the loops around it, outermost first", () => {
    const plan = compile(
      sampleFlow({
        begin: start(),
        p: on(or("begin", "p2")),
        q: on(or("p", "q2")),
        g: router(["q2", "p2", "out"], "q"),
        end: on("out"),
      }),
    );
    expect(plan.steps.map((step) => step.loops)).toEqual([[], [0], [0, 1], [0, 1], []]);
  });

  test("a kept one-off does not make a loop", () => {
    const plan = compile(
      sampleFlow({
        config: start(),
        w: on(or("config", "again")),
        j: on(and("w", keep("config"))),
        g: router(["again"], "j"),
      }),
    );
    expect(stepOf(plan, "config").loops).toEqual([]);
    expect(plan.loops).toHaveLength(1);
  });

  test("a chain of ten thousand steps in one loop does not exhaust the stack", () => {
    const steps: SampleSteps = { s0: start(or("again")) };
    for (let i = 1; i < 10_000; i++) steps[`s${i}`] = on(`s${i - 1}`);
    steps.g = router(["again"], "s9999");
    const [loop] = compile(sampleFlow(steps)).loops;
    expect(loop!.steps).toHaveLength(10_001);
  });
});
