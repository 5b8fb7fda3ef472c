import { describe, expect, test } from "vitest";
import {
  and,
  atLeast,
  failed,
  keep,
  on,
  or,
  router,
  type SampleSteps,
  sampleFlow,
  settled,
  signal,
  start,
} from "../../test/support/sample-flow.js";
import { compile } from "./compile.js";

/** The heads of the loops that each step carries, for steps that carry any. */
function carriesOf(steps: SampleSteps): Record<string, string[]> {
  const plan = compile(sampleFlow(steps));
  const heads = (loops: readonly number[]) => loops.map((loop) => plan.steps[plan.loops[loop]!.head]!.name);
  const carrying = plan.steps.filter((step) => step.carries.length > 0);
  return Object.fromEntries(carrying.map((step) => [step.name, heads(step.carries)]));
}

/** The heads of the loops by whose rounds the operands of step `z` are matched. */
function matchedBy(steps: SampleSteps): string[] {
  const plan = compile(sampleFlow(steps));
  const [entry] = plan.steps.find((step) => step.name === "z")!.entries;
  return entry!.alternatives.flatMap(({ loops }) => loops.map((loop) => plan.steps[plan.loops[loop]!.head]!.name));
}

/** `h` → `g`, which leads back by `again` and out by `out`. */
const loop: SampleSteps = { s: start(), h: on(or("s", "again")), g: router(["again", "out"], "h") };
const inside = { h: ["h"], g: ["h"] };

describe("what a call carries", () => {
  test("the loops its step stands in", () => {
    expect(carriesOf(loop)).toEqual(inside);
  });

  test("a label that leads out instead of back drops the number", () => {
    expect(carriesOf({ ...loop, z: on("out"), y: on("z") })).toEqual(inside);
  });

  test("a name that leads on inside too keeps it, for good", () => {
    expect(carriesOf({ ...loop, x: on("h"), y: on("x") })).toEqual({ ...inside, x: ["h"], y: ["h"] });
  });

  test("a router's name keeps it, for one of its labels may lead back", () => {
    expect(carriesOf({ ...loop, x: on("g") })).toEqual({ ...inside, x: ["h"] });
  });

  test("a label heard inside and outside keeps it", () => {
    expect(carriesOf({ ...loop, x: on("again") })).toEqual({ ...inside, x: ["h"] });
  });

  test("a label beside one that leads back keeps it if the router may return both", () => {
    const g = { ...router(["again", "out"], "h"), severalLabels: true };
    expect(carriesOf({ ...loop, g, x: on("out") })).toEqual({ ...inside, x: ["h"] });
  });

  test("a label keeps it if the router's name is heard inside", () => {
    const steps = { s: start(), h: on(or("s", "k")), g: router(["out"], "h"), k: on("g"), x: on("out") };
    expect(carriesOf(steps)).toEqual({ ...inside, k: ["h"], x: ["h"] });
  });

  test("a failure keeps it only if a failure leads on inside", () => {
    expect(carriesOf({ ...loop, x: on(failed("h")) })).toEqual(inside);
    const retried = { s: start(), h: on(or("s", failed("g"))), g: on("h"), x: on(failed("g")), y: on("g") };
    expect(carriesOf(retried)).toEqual({ ...inside, x: ["h"] });
  });

  test("a settling keeps it if either end leads on inside, and an end does if the settling is heard inside", () => {
    const steps = { s: start(), h: on(or("s", failed("g"))), g: on("h"), x: on(settled("g")) };
    expect(carriesOf(steps)).toEqual({ ...inside, x: ["h"] });
    const heard = { s: start(), h: on(or("s", settled("g"))), g: on("h"), x: on("g"), y: on(failed("g")) };
    expect(carriesOf(heard)).toEqual({ ...inside, x: ["h"], y: ["h"] });
  });

  const nested: SampleSteps = {
    s: start(),
    p: on(or("s", "next")),
    q: on(or("p", "more")),
    g: router(["more", "leave"], "q"),
    o: router(["next", "end"], "leave"),
  };
  const around = { p: ["p"], q: ["p", "q"], g: ["p", "q"], o: ["p"] };

  test("each loop is kept or dropped by itself", () => {
    expect(carriesOf(nested)).toEqual(around);
    expect(carriesOf({ ...nested, x: on("q") })).toEqual({ ...around, x: ["p", "q"] });
    expect(carriesOf({ ...nested, x: on("leave") })).toEqual({ ...around, x: ["p"] });
    expect(carriesOf({ ...nested, x: on("end") })).toEqual(around);
  });

  test("a number kept inside the outer loop stays there until the outer head begins anew", () => {
    const steps = { ...nested, x: on("q"), o: router(["next", "end"], or("leave", "x")), y: on("o"), w: on("end") };
    expect(carriesOf(steps)).toEqual({ ...around, o: ["p", "q"], x: ["p", "q"], y: ["p", "q"] });
  });

  test("no inner number outlives the outer one", () => {
    const steps = { ...nested, x: router(["out"], "q"), g: router(["more", "next", "end"], "q"), y: on("end") };
    delete (steps as Partial<SampleSteps>).o;
    expect(carriesOf(steps)).toEqual({ p: ["p"], q: ["p", "q"], g: ["p", "q"], x: ["p", "q"] });
  });

  test("another entrance that is called along with the outer head begins its inner loops anew too", () => {
    const steps: SampleSteps = {
      s: start(),
      p: on(or("s", "next", "e")),
      q: on(or("p", "more")),
      g: { ...router(["more", "next"], "q"), severalLabels: true },
      e: on(or("s", "next")),
      x: on("next"),
    };
    expect(carriesOf(steps)).toEqual({ p: ["p"], q: ["p", "q"], g: ["p", "q"], e: ["p"], x: ["p", "q"] });
  });
});

describe("what operands are matched by", () => {
  test("two of one loop, by its rounds", () => {
    expect(matchedBy({ ...loop, z: on(and("h", "g")) })).toEqual(["h"]);
    expect(matchedBy({ ...loop, x: on("h"), y: on("h"), z: on(atLeast(1, "x", "y")) })).toEqual(["h"]);
  });

  test("a one-off with one of the loop, by nothing; kept, by the loop", () => {
    const steps = { ...loop, config: start() };
    expect(matchedBy({ ...steps, z: on(and("h", "g", "config")) })).toEqual([]);
    expect(matchedBy({ ...steps, z: on(and("h", "g", keep("config"))) })).toEqual(["h"]);
  });

  test("inside the loop, one from outside it does not come with a round", () => {
    const steps: SampleSteps = {
      s: start(),
      h: on(or("s", "again")),
      z: on(and("h", "s")),
      g: router(["again"], or("h", "z")),
    };
    expect(matchedBy(steps)).toEqual([]);
  });

  test("a dropped number matches nothing", () => {
    expect(matchedBy({ ...loop, z: on(and("h", "out")) })).toEqual([]);
  });

  test("a label made inside and outside can bring the round", () => {
    const steps = { ...loop, o: router(["again"], "s"), x: on("again"), z: on(and("x", "h")) };
    expect(matchedBy(steps)).toEqual(["h"]);
  });

  test("a signal brings none, a group what any of its leaves brings", () => {
    expect(matchedBy({ ...loop, z: on(and("h", signal("s1"))) })).toEqual([]);
    expect(matchedBy({ ...loop, config: start(), z: on(and("h", or("g", "config"))) })).toEqual(["h"]);
    expect(matchedBy({ ...loop, config: start(), z: on(and("h", or(keep("g"), keep("config")))) })).toEqual(["h"]);
    expect(matchedBy({ ...loop, config: start(), z: on(and("h", or(keep("g"), "config"))) })).toEqual([]);
  });

  test("operands of an inner and an outer loop, by the outer", () => {
    const steps: SampleSteps = {
      s: start(),
      p: on(or("s", "next")),
      q: on(or("p", "more")),
      g: router(["more", "next"], "q"),
      z: on(and("p", "q")),
      y: on(and("q", "g")),
    };
    expect(matchedBy(steps)).toEqual(["p"]);
    expect(matchedBy({ ...steps, z: on(and("q", "g")) })).toEqual(["p", "q"]);
  });

  test("alternatives are matched each by its own; leaves by nothing", () => {
    const plan = compile(sampleFlow({ ...loop, z: on(or("h", and("h", "g"), and("h", "s"))) }));
    expect(plan.steps.at(-1)!.entries[0]!.alternatives.map(({ loops }) => loops)).toEqual([[], [0], []]);
  });
});
