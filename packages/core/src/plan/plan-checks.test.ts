import { describe, expect, test } from "vitest";
import { planProblems, problemCodes } from "../../test/support/plan-problems.js";
import {
  and,
  atLeast,
  each,
  on,
  or,
  router,
  type SampleSteps,
  sampleFlow,
  signal,
  start,
} from "../../test/support/sample-flow.js";
import type { FlowError } from "../errors/index.js";
import { type CompileOptions, compile } from "./compile.js";

const check = (steps: SampleSteps, options?: CompileOptions) => problemCodes(sampleFlow(steps), options);

describe("steps", () => {
  test("some step must start; without one, nothing is said of reach", () => {
    expect(check({})).toEqual(["PLAN_NO_START"]);
    expect(check({ a: on(signal("s")), b: on("a"), c: on("d"), d: on("c") })).toEqual(["PLAN_NO_START"]);
  });

  test("a step that no path reaches, and what comes after it", () => {
    const steps = { s: start(), x: on("y"), y: on("x"), z: on(or("x", "y")), alone: {} };
    expect(check(steps)).toEqual(["x", "y", "z", "alone"].map((name) => `PLAN_UNREACHABLE_STEP ${name}`));
  });

  test("a join is reached when enough of it is", () => {
    const dead = { x: on("y"), y: on("x") };
    const codes = (condition: ReturnType<typeof and>) => check({ a: start(), b: start(), ...dead, z: on(condition) });
    expect(codes(and("a", "x"))).toContain("PLAN_UNREACHABLE_STEP z");
    expect(codes(atLeast(2, "a", "x", "y"))).toContain("PLAN_UNREACHABLE_STEP z");
    expect(codes(atLeast(2, "a", "x", "b"))).not.toContain("PLAN_UNREACHABLE_STEP z");
    expect(codes(and("a", or("x", "b")))).not.toContain("PLAN_UNREACHABLE_STEP z");
  });

  test("a label of several routers counts once for a join", () => {
    const steps = {
      a: start(),
      g: router(["l"], "a"),
      h: router(["l"], "a"),
      x: on("y"),
      y: on("x"),
      z: on(atLeast(2, "l", "x", "y")),
    };
    expect(check(steps)).toContain("PLAN_UNREACHABLE_STEP z");
  });

  test("what a step waits for in vain is named", () => {
    const steps = { a: start(), x: on("y"), y: on("x"), z: on(and("a", "x")) };
    const problems = planProblems(sampleFlow(steps));
    expect(problems.at(-1)!.message).toBe('No path from a start or a signal leads to step "z": "x" can\'t occur.');
  });

  test("a signal reaches a step", () => {
    expect(check({ a: start(), z: on(signal("s")), y: on("z") })).toEqual([]);
  });

  test("reserved names", () => {
    const steps = { state: start(), b: on("state") };
    expect(check(steps, { reserved: new Set(["state", "kickoff"]) })).toEqual(["PLAN_RESERVED_NAME state"]);
    expect(check(steps)).toEqual([]);
  });

  test("one name for two steps", () => {
    const { steps } = sampleFlow({ a: start() });
    expect(planProblems({ ...sampleFlow({}), steps: [...steps, ...steps] }).map(({ code }) => code)).toEqual([
      "PLAN_DUPLICATE_STEP",
    ]);
  });

  test.each([
    ["empty", router([], "a")],
    ["doubled", router(["x", "x"], "a")],
    ["a nameless label", router([""], "a")],
    ["on a step that is no router", { ...on("a"), routes: ["x"] }],
  ])("invalid routes: %s", (_, step) => {
    expect(check({ a: start(), g: step })).toEqual(["PLAN_ROUTES_INVALID g"]);
  });

  test("a label with the name of a step", () => {
    expect(check({ a: start(), g: router(["z", "ok"], "a"), z: on("ok") })).toEqual(["PLAN_LABEL_IS_STEP g"]);
  });

  const retry = { attempts: 3, backoff: "fixed", delayMs: 0, maxDelayMs: 1000, jitter: false } as const;
  test.each([
    ["no timeout at all", { timeoutMs: 0 }],
    ["an endless timeout", { timeoutMs: Number.POSITIVE_INFINITY }],
    ["no attempt", { retry: { ...retry, attempts: 0 } }],
    ["half an attempt", { retry: { ...retry, attempts: 1.5 } }],
    ["a negative delay", { retry: { ...retry, delayMs: -1 } }],
    ["an unknown longest delay", { retry: { ...retry, maxDelayMs: Number.NaN } }],
  ])("invalid options: %s", (_, options) => {
    expect(check({ a: { ...start(), ...options } })).toEqual(["PLAN_OPTION_INVALID a"]);
  });

  test("valid options are in the plan, functions only as facts", () => {
    const when = () => true;
    const plan = compile(sampleFlow({ a: { ...start(), retry, retryIf: () => true, timeoutMs: 5, when }, b: on("a") }));
    expect(plan.steps[0]).toMatchObject({ retry, timeoutMs: 5, conditional: true });
    expect(plan.steps[0]).not.toHaveProperty("when");
    expect(plan.steps[1]).not.toHaveProperty("retry");
    expect(plan.steps[1]!.conditional).toBe(false);
  });
});

describe("strict", () => {
  const guessing = { ...router(undefined, "a"), literals: ["again", "done"] };
  const looped: SampleSteps = { a: start("again"), g: guessing, z: on("done") };
  const joined: SampleSteps = { a: start(), g: router(undefined, "a"), z: on(or("yes", "no")) };

  test("a loop or an or that depends on guessed labels needs routes", () => {
    expect(check(looped, { strict: true })).toEqual(["PLAN_ROUTES_NEEDED g"]);
    expect(check(joined, { strict: true })).toEqual(["PLAN_ROUTES_NEEDED g"]);
    expect(check({ ...joined, z: on(and("a", or("yes", "no"))) }, { strict: true })).toEqual(["PLAN_ROUTES_NEEDED g"]);
    expect(planProblems(sampleFlow(looped), { strict: true })[0]!.hint).toContain('routes: ["again", "done"]');
  });

  test("declared routes, or a guess that nothing turns on, are fine", () => {
    expect(check({ ...looped, g: router(["again", "done"], "a") }, { strict: true })).toEqual([]);
    expect(check({ ...joined, z: on("yes"), y: on(each("no", "a")) }, { strict: true })).toEqual([]);
  });

  test("without strict nothing is asked", () => {
    expect(check(looped)).toEqual([]);
    expect(check(joined)).toEqual([]);
  });
});

describe("PLAN_INVALID", () => {
  test("lists every problem, one a line, those of no step first, then by step, with those of the caller", () => {
    const definition = sampleFlow({ a: on("b"), b: router([], "nope"), c: on(and("a", "a")) });
    const given = [
      { code: "PLAN_ASYNC_SCHEMA", message: "The state is checked asynchronously.", hint: "Use plain rules." },
      { code: "PLAN_OPTION_INVALID", step: "b", message: "Bad option.", hint: "A good one." },
    ] as const;
    const error = (() => {
      try {
        return compile(definition, { problems: given });
      } catch (thrown) {
        return thrown as FlowError<"PLAN_INVALID">;
      }
    })() as FlowError<"PLAN_INVALID">;
    expect(error).toMatchObject({ code: "PLAN_INVALID", details: { flow: "Sample" } });
    expect(error.details.problems.map(({ code, step }) => [code, step])).toEqual([
      ["PLAN_ASYNC_SCHEMA", undefined],
      ["PLAN_NO_START", undefined],
      ["PLAN_OPTION_INVALID", "b"],
      ["PLAN_ROUTES_INVALID", "b"],
      ["PLAN_UNKNOWN_TRIGGER", "b"],
      ["PLAN_DUPLICATE_OPERAND", "c"],
    ]);
    expect(error.message.split("\n")).toHaveLength(7);
    expect(error.message).toContain(
      'The plan of flow "Sample" has 6 problems:\n- The state is checked asynchronously. (PLAN_ASYNC_SCHEMA)',
    );
    expect(error.hint).toContain("Use plain rules.");
  });

  test("one problem is listed the same way", () => {
    expect(() => compile(sampleFlow({}))).toThrowError(
      'The plan of flow "Sample" has a problem:\n- No step of flow "Sample" starts at kickoff. (PLAN_NO_START)',
    );
  });
});
