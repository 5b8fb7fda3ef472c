import { describe, expect, test } from "vitest";
import { planProblems, problemCodes } from "../../test/support/plan-problems.js";
import {
  and,
  atLeast,
  each,
  failed,
  keep,
  on,
  or,
  race,
  router,
  type SampleSteps,
  sampleFlow,
  settled,
  signal,
  start,
} from "../../test/support/sample-flow.js";

const check = (steps: SampleSteps) => problemCodes(sampleFlow(steps));
const messageOf = (steps: SampleSteps) => planProblems(sampleFlow(steps))[0]!.message;

describe("triggers", () => {
  test("a name that nothing makes is unknown, with the nearest name", () => {
    expect(check({ write: start(), z: on("wrte") })).toEqual(["PLAN_UNKNOWN_TRIGGER z"]);
    expect(messageOf({ write: start(), z: on("wrte") })).toBe(
      'Step "z" waits for "wrte", but no step or label has this name; did you mean "write"?',
    );
  });

  test("the nearest may be a label, declared or in a router's source", () => {
    expect(messageOf({ a: start(), g: router(["good"], "a"), z: on("god") })).toContain('did you mean "good"?');
    const g = { ...router(undefined, "a"), literals: ["approved", "bad"] };
    expect(messageOf({ a: start(), g, y: on("bad"), z: on("aproved") })).toContain('did you mean "approved"?');
  });

  test("nothing near: no guess", () => {
    expect(messageOf({ a: start(), z: on("elephant") })).toBe(
      'Step "z" waits for "elephant", but no step or label has this name.',
    );
  });

  test("a failure of what is no step is unknown, even if it is a label", () => {
    const steps = { a: start(), g: router(["stop"], "a"), y: on(failed("stop")), z: on(settled("x")) };
    expect(check(steps)).toEqual(["PLAN_UNKNOWN_TRIGGER y", "PLAN_UNKNOWN_TRIGGER z"]);
  });

  test("a router that declares nothing may make any name", () => {
    expect(check({ a: start(), g: router(undefined, "a"), z: on("whatever") })).toEqual([]);
  });

  test("a signal's name without the signal says so", () => {
    const [problem] = planProblems(sampleFlow({ a: start(), y: on(signal("legal")), z: on("legal") }));
    expect(problem!.hint).toContain("is a signal");
  });

  test("an unknown trigger is reported once a step, and not again as unreachable, nor are the steps after it", () => {
    const steps = { a: start(), y: on("nope", or("nope", "a")), z: on("y") };
    expect(check(steps)).toEqual(["PLAN_UNKNOWN_TRIGGER y"]);
    expect(check({ a: start(), y: on(and("nope", "a")), z: on("y") })).toEqual(["PLAN_UNKNOWN_TRIGGER y"]);
  });

  test.each([
    ["its name", "a"],
    ["its name in a group", or("a")],
    ["its failure or its end", or(failed("a"), settled("a"))],
  ])("a condition of %s alone is refused", (_, condition) => {
    expect(check({ s: start(), a: on("s", condition) })).toEqual(["PLAN_SELF_TRIGGER a"]);
  });

  test("oneself among others, or one's own label, is fine", () => {
    expect(
      check({ s: start(), a: on(or("s", failed("a"))), g: { ...router(["more", "end"], "more"), starts: true } }),
    ).toEqual([]);
  });
});

describe("the shape of conditions", () => {
  const shape = (condition: ReturnType<typeof and>) =>
    check({ a: start(), b: start(), c: start(), z: on(condition) }).map((problem) => problem.replace(/ z$/, ""));

  test.each([
    ["each inside or", or("a", each("b", "c"))],
    ["race inside and", and("a", race("b", "c"))],
    ["each inside each", each("a", each("b", "c"))],
    ["keep alone", keep("a")],
    ["keep under or", or("a", keep("b"))],
    ["keep under each", each("a", keep("b"))],
    ["an and of kept operands", and(keep("a"), keep("b"))],
    ["an atLeast of kept operands in groups", atLeast(1, keep("a"), or(keep("b"), keep("c")))],
    ["an alternative of kept operands", or("a", and(keep("b"), keep("c")))],
  ])("misplaced: %s", (_, condition) => {
    expect(shape(condition)).toEqual(["PLAN_CONDITION_MISPLACED"]);
  });

  test.each([
    ["and without operands", and()],
    ["or without operands", or()],
    ["race without operands", race()],
    ["an empty group inside", and("a", or())],
    ["an empty or inside or", or("a", or())],
    ["atLeast of none", atLeast(0, "a", "b")],
    ["atLeast of more than there are", atLeast(3, "a", "b")],
    ["atLeast of a part", atLeast(1.5, "a", "b")],
    ["atLeast of no number", atLeast(Number.NaN, "a", "b")],
  ])("empty: %s", (_, condition) => {
    expect(shape(condition)).toEqual(["PLAN_EMPTY_CONDITION"]);
  });

  test.each([
    ["one name twice in and", and("a", "a")],
    ["in different groups of one tree", and("a", or("b", and("c", "a")))],
    ["a step and its failure in one record", and("a", failed("a"))],
    ["a signal with the name of a step in one record", atLeast(1, "a", signal("a"))],
    ["one operand twice in or", or("a", "b", "a")],
    ["one operand twice through nested or", each("a", or("b", "a"))],
    ["the same group twice, in another order", race(and("a", "b"), and("b", "a"))],
  ])("doubled: %s", (_, condition) => {
    expect(shape(condition)).toEqual(["PLAN_DUPLICATE_OPERAND"]);
  });

  test.each([
    ["a step or its failure", or("a", failed("a"))],
    ["a name alone and in a group", or("a", and("a", "b"))],
    ["groups that differ in count", or(atLeast(1, "a", "b", "c"), atLeast(2, "a", "b", "c"))],
    ["keep deep in a group", and("a", or(keep("b"), "c"))],
  ])("fine: %s", (_, condition) => {
    expect(shape(condition)).toEqual([]);
  });

  test("messages show the condition as it was written", () => {
    const steps = { a: start(), b: start(), z: on(and("a", failed("b"), or(keep("a"), signal("s")))) };
    expect(messageOf(steps)).toBe('"a" stands twice in and("a", failed("b"), or(keep("a"), signal("s"))).');
  });

  test("a long condition is shown shortened", () => {
    const names = Array.from({ length: 50 }, (_, i) => `s${i}`);
    const steps = { ...Object.fromEntries(names.map((name) => [name, start()])), z: on(and(...names, "s0")) };
    expect(messageOf(steps)).toBe('"s0" stands twice in and("s0", "s1", "s2", "s3", "s4", "s5", … 45 more).');
  });
});
