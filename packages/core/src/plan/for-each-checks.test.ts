import { describe, expect, test } from "vitest";
import { planProblems, problemCodes } from "../../test/support/plan-problems.js";
import {
  and,
  atLeast,
  collect,
  each,
  elements,
  failed,
  forEachOf,
  on,
  or,
  outcomes,
  router,
  type SampleSteps,
  sampleFlow,
  settled,
  signal,
  start,
} from "../../test/support/sample-flow.js";
import { compile } from "./compile.js";
import { describeGraph } from "./graph.js";

const check = (steps: SampleSteps) => problemCodes(sampleFlow({ list: start(), more: start(), ...steps }));

describe("a step that is called per element", () => {
  test("may wait for whatever can hand over a list", () => {
    for (const condition of ["list", or("list", "more"), each("list", signal("s")), signal("s")]) {
      expect(check({ read: forEachOf(condition) })).toEqual([]);
    }
    expect(check({ read: forEachOf("list"), again: forEachOf(collect("read")), more2: forEachOf("again") })).toEqual(
      [],
    );
    expect(check({ go: router(["found"], "list"), read: forEachOf("found") })).toEqual([]);
  });

  test("may not wait for what hands over a record, an error or an outcome", () => {
    for (const condition of [and("list", "more"), atLeast(1, "list", "more"), failed("list"), settled("list")]) {
      expect(check({ read: forEachOf(condition) })).toEqual(["PLAN_FOR_EACH_INVALID read"]);
      expect(check({ read: forEachOf(or("list", condition)) })).toContain("PLAN_FOR_EACH_INVALID read");
    }
    const [problem] = planProblems(sampleFlow({ list: start(), read: forEachOf(or("list", and("list"))) }));
    expect(problem?.message).toBe(
      'Step "read" is to be called for each element of and("list"), which hands over no list.',
    );
  });

  test("has no other caller", () => {
    expect(check({ read: { ...forEachOf("list"), starts: true } })).toEqual(["PLAN_FOR_EACH_INVALID read"]);
    const two = { ...forEachOf("list"), ...on("list", "more") };
    expect(check({ read: two })).toEqual(["PLAN_FOR_EACH_INVALID read"]);
  });

  test("works on at least one element", () => {
    for (const concurrency of [0, 1.5, Number.POSITIVE_INFINITY, -1]) {
      expect(check({ read: forEachOf("list", { concurrency }) })).toEqual(["PLAN_OPTION_INVALID read"]);
    }
  });

  test("is not called for its own results alone, round and round", () => {
    expect(check({ read: forEachOf(or("list", collect("read"))) })).toEqual(["PLAN_FOR_EACH_INVALID read"]);
    const circle = { a: forEachOf(or("list", outcomes("b"))), b: forEachOf(collect("a")) };
    expect(check(circle)).toEqual(["PLAN_FOR_EACH_INVALID a"]);
    const decided = { a: forEachOf(or("list", "go")), go: on(collect("a")) };
    expect(check(decided)).toEqual([]);
  });

  test("is not the run's output, and stands in the plan with its options", () => {
    const { steps } = compile(sampleFlow({ list: start(), read: forEachOf("list", { onError: "collect" }) }));
    expect(steps[1]).toMatchObject({ terminal: false, forEach: { concurrency: 2, onError: "collect" } });
    expect(Object.isFrozen(steps[1]!.forEach)).toBe(true);
    expect(steps[0]).not.toHaveProperty("forEach");
  });
});

describe("elements", () => {
  test("of a step that is called per element are gone on with, by as many steps as like", () => {
    const steps = { read: forEachOf("list"), sort: forEachOf(elements("read")), count: forEachOf(elements("read")) };
    expect(check({ ...steps, all: on(and("list", collect("sort"), outcomes("count"))) })).toEqual([]);
    expect(check({ ...steps, last: forEachOf(elements("sort")), lists: forEachOf("sort") })).toEqual([]);
  });

  test("stand alone, in a step that is called per element", () => {
    const read = forEachOf("list");
    for (const condition of [or(elements("read"), "more"), and("more", elements("read")), each(elements("read"))])
      expect(check({ read, sort: forEachOf(condition) })).toContain("PLAN_FOR_EACH_INVALID sort");
    expect(check({ read, sort: on(elements("read")) })).toEqual(["PLAN_FOR_EACH_INVALID sort"]);
    const [problem] = planProblems(sampleFlow({ list: start(), read, sort: on(elements("read")) }));
    expect(problem?.message).toBe(
      'Step "sort" waits for elements("read"), which only a `forEach` step can go on with, and alone.',
    );
  });

  test("are those of a step that has any, and not one's own", () => {
    expect(check({ sort: forEachOf(elements("list")) })).toEqual(["PLAN_COLLECT_INVALID sort"]);
    expect(check({ sort: forEachOf(elements("lst")) })).toContain("PLAN_UNKNOWN_TRIGGER sort");
    expect(check({ sort: forEachOf(elements("sort")) })).toContain("PLAN_SELF_TRIGGER sort");
    const circle = { a: forEachOf(elements("b")), b: forEachOf(elements("a")) };
    expect(check(circle)).toContain("PLAN_UNREACHABLE_STEP a");
  });

  test("stand in a loop with their lists", () => {
    const plan = compile(
      sampleFlow({
        begin: start(),
        list: on(or("begin", "again")),
        read: forEachOf("list"),
        sort: forEachOf(elements("read")),
        check: router(["again", "done"], collect("sort")),
        beside: forEachOf(elements("read")),
      }),
    );
    expect(plan.loops).toEqual([{ head: 1, steps: [1, 2, 3, 4], outer: -1, entrances: [1] }]);
    expect(plan.steps[5]!.carries).toEqual([0]);
  });
});

describe("what comes with elements", () => {
  const way = { one: forEachOf("list"), two: forEachOf(elements("one")), beside: forEachOf("list") };
  const of = (others: { with?: string[]; list?: string }) => ({ kind: "elements", step: "two", ...others }) as const;

  test("was made on their way, and by the list", () => {
    expect(check({ ...way, all: forEachOf(of({ with: ["one"], list: "list" })) })).toEqual([]);
  });

  test.each([
    [{ with: ["beside"] }, 'what "beside" made of each, through which they have not come', '"one"'],
    [{ with: ["nobody"] }, 'what "nobody" made of each', '"one"'],
    [{ with: ["two"] }, 'what "two" made of each twice', "Leave"],
    [{ with: ["one", "one"] }, 'what "one" made of each twice', "Leave"],
    [{ list: "more" }, 'each element of "more", which did not return the list', '"list"'],
    [{ list: "one" }, 'each element of "one"', '"list"'],
  ])("is nothing else: %j", (others, message, hint) => {
    const [problem, ...more] = planProblems(
      sampleFlow({ list: start(), more: start(), ...way, all: forEachOf(of(others)) }),
    );
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: "PLAN_FOR_EACH_INVALID", step: "all" });
    expect(problem!.message).toContain(message);
    expect(problem!.hint).toContain(hint);
  });

  test("batches are of at least one element, and not for routers", () => {
    for (const batch of [0, 1.5, Number.NaN]) {
      expect(check({ read: forEachOf("list", { batch }) })).toEqual(["PLAN_OPTION_INVALID read"]);
    }
    expect(check({ read: { ...forEachOf("list", { batch: 2 }), router: true, routes: ["a"] } })).toEqual([
      "PLAN_FOR_EACH_INVALID read",
    ]);
  });
});

describe("collect", () => {
  test("names a step that is called per element", () => {
    expect(check({ all: on(collect("list")) })).toEqual(["PLAN_COLLECT_INVALID all"]);
    expect(check({ all: on(outcomes("list")) })).toEqual(["PLAN_COLLECT_INVALID all"]);
    expect(check({ all: on(collect("lst")) })).toContain("PLAN_UNKNOWN_TRIGGER all");
    expect(check({ read: forEachOf("list"), all: on(and("list", collect("read"), settled("more"))) })).toEqual([]);
  });

  test("stands under the step's name, so not beside it", () => {
    expect(check({ read: forEachOf("list"), all: on(and("read", collect("read"))) })).toEqual([
      "PLAN_DUPLICATE_OPERAND all",
    ]);
  });

  test("leads back into a loop as a name does", () => {
    const plan = compile(
      sampleFlow({
        begin: start(),
        list: on(or("begin", "again")),
        read: forEachOf("list"),
        check: router(["again", "done"], collect("read")),
      }),
    );
    expect(plan.loops).toEqual([{ head: 1, steps: [1, 2, 3], outer: -1, entrances: [1] }]);
  });
});

test("the graph says what is called per element and what is collected", () => {
  const { edges } = describeGraph(
    compile(
      sampleFlow({
        list: start(),
        read: forEachOf("list"),
        all: on(collect("read")),
        ends: on(outcomes("read")),
        sort: forEachOf(elements("read")),
      }),
    ),
  );
  expect(edges.slice(1)).toEqual([
    { from: "step:list", to: "step:read", kind: "step", label: "for each" },
    { from: "step:read", to: "step:all", kind: "collect", label: "collect" },
    { from: "step:read", to: "step:ends", kind: "collect", label: "collect settled" },
    { from: "step:read", to: "step:sort", kind: "elements", label: "elements · for each" },
  ]);
});
