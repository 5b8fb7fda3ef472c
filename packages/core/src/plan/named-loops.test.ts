/**
 * The loops that are easy to get wrong, each with what a reader of the code expects of it. `g` leads back by `again`.
 */
import { describe, expect, test } from "vitest";
import { and, on, or, router, type SampleSteps, sampleFlow, start } from "../../test/support/sample-flow.js";
import { compile } from "./compile.js";

/** Loops as `head: steps`, inner ones indented; carries as heads; groups as the heads that match them. */
function read(steps: SampleSteps) {
  const plan = compile(sampleFlow(steps));
  const name = (step: number) => plan.steps[step]!.name;
  const headOf = (loop: number) => name(plan.loops[loop]!.head);
  const depth = (loop: number): number => (plan.loops[loop]!.outer === -1 ? 0 : 1 + depth(plan.loops[loop]!.outer));
  const carrying = plan.steps.filter(({ carries, loops }) => carries.length > loops.length);
  const matched = plan.steps.flatMap((step) =>
    step.entries.flatMap(({ alternatives }) =>
      alternatives
        .filter(({ node }) => node.kind !== "leaf")
        .map(({ loops }) => [step.name, loops.map(headOf)] as const),
    ),
  );
  return {
    loops: plan.loops.map((loop, i) => `${"  ".repeat(depth(i))}${name(loop.head)}: ${loop.steps.map(name).join(" ")}`),
    keeping: Object.fromEntries(carrying.map((step) => [step.name, step.carries.map(headOf)])),
    matched: Object.fromEntries(matched),
  };
}

describe("named loops", () => {
  test("a step listening to two others of the loop that listen to each other", () => {
    const steps = {
      s: start(),
      a: on(or("s", "b")),
      b: on("a"),
      c: on(or("a", "b")),
      g: router(["again", "end"], "c"),
    };
    expect(read(steps)).toEqual({ loops: ["a: a b"], keeping: { c: ["a"], g: ["a"] }, matched: {} });
    const closed = { ...steps, a: on(or("s", "b", "again")) };
    expect(read(closed)).toEqual({ loops: ["a: a b c g"], keeping: {}, matched: {} });
  });

  test("or(fast, slow) in the loop", () => {
    const steps = {
      s: start(),
      h: on(or("s", "again")),
      fast: on("h"),
      slow: on("h"),
      pick: on(or("fast", "slow")),
      g: router(["again", "end"], "pick"),
    };
    expect(read(steps)).toEqual({ loops: ["h: h fast slow pick g"], keeping: {}, matched: {} });
  });

  test("or(fast, slow) beside the loop keeps its round: once per round", () => {
    const steps = {
      s: start(),
      h: on(or("s", "again")),
      g: router(["again", "end"], "h"),
      fast: on("h"),
      slow: on("h"),
      pick: on(or("fast", "slow")),
    };
    expect(read(steps)).toEqual({
      loops: ["h: h g"],
      keeping: { fast: ["h"], slow: ["h"], pick: ["h"] },
      matched: {},
    });
  });

  test("two steps with the same or(begin, again): one heads, both are entrances", () => {
    const steps = {
      begin: start(),
      one: on(or("begin", "again")),
      two: on(or("begin", "again")),
      g: router(["again", "end"], and("one", "two")),
    };
    // The loop that is left without `one` begins anew whenever `one` is called, which is always.
    expect(read(steps)).toEqual({ loops: ["one: one two g", "  two: two g"], keeping: {}, matched: { g: ["one"] } });
    expect(compile(sampleFlow(steps)).loops[0]!.entrances).toEqual([1, 2]);
  });

  test("or of a second start and a loop's label", () => {
    const steps = {
      a: start(),
      b: start(),
      h: on(or("a", "again")),
      g: router(["again", "out"], "h"),
      z: on(or("b", "out")),
    };
    expect(read(steps)).toEqual({ loops: ["h: h g"], keeping: {}, matched: {} });
    expect(read({ ...steps, z: on(or("b", "again")) })).toMatchObject({ keeping: { z: ["h"] } });
  });

  test("two loops into one or: every label of each counts by its own loop", () => {
    const steps = {
      s: start(),
      h: on(or("s", "againH")),
      gh: router(["againH", "endH"], "h"),
      k: on(or("s", "againK")),
      gk: router(["againK", "endK"], "k"),
      z: on(or("againH", "againK")),
    };
    expect(read(steps)).toEqual({ loops: ["h: h gh", "k: k gk"], keeping: { z: ["h", "k"] }, matched: {} });
  });

  test("an inner loop inside an outer one", () => {
    const steps = {
      s: start(),
      outer: on(or("s", "next")),
      inner: on(or("outer", "again")),
      g: router(["again", "leave"], "inner"),
      o: router(["next", "end"], and("outer", "leave")),
      z: on("end"),
    };
    expect(read(steps)).toEqual({
      loops: ["outer: outer inner g o", "  inner: inner g"],
      keeping: {},
      matched: { o: ["outer"] },
    });
  });

  test("two branches of a loop that does not wait for their join", () => {
    const steps = {
      s: start(),
      h: on(or("s", "again")),
      g: router(["again", "end"], "h"),
      left: on("h"),
      right: on("h"),
      join: on(and("left", "right")),
    };
    expect(read(steps)).toEqual({
      loops: ["h: h g"],
      keeping: { left: ["h"], right: ["h"], join: ["h"] },
      matched: { join: ["h"] },
    });
  });

  test("a review: write and good are of one round", () => {
    const steps = {
      research: start(),
      write: on(or("research", "rework")),
      check: router(["good", "rework"], "write"),
      publish: on(and("write", "good")),
    };
    // `good` ends the rounds and brings none: it is joined with the latest draft.
    expect(read(steps)).toEqual({
      loops: ["write: write check"],
      keeping: { publish: ["write"] },
      matched: { publish: [] },
    });
  });
});
