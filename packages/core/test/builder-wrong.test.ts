// What can be wrong with a flow that is built, and what JavaScript lets through.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type FlowError, flow, lowerFlow, ref } from "../src/index.js";
import { errorOf } from "./support/error-of.js";

type Anything = any;
const loose = (name: string) => flow(name) as Anything;

describe("plan problems", () => {
  const problems = (make: () => unknown) => {
    const error = errorOf(make);
    expect(error.code).toBe("PLAN_INVALID");
    return (error as FlowError<"PLAN_INVALID">).details.problems.map(({ code, message }) => `${code}: ${message}`);
  };

  test("all at once, with the nearest name", () => {
    const built = loose("wrong")
      .input(z.object({ path: z.string() }))
      .step("parse", () => 1)
      .step("parse", () => 2)
      .step(
        "load",
        () => 1,
        ({ prase, input }: Anything) => ({ a: prase.x, b: input.paht }),
      )
      .step("more", undefined)
      .step("state", () => 1)
      .link("load", "notify")
      .link("lod", "load")
      .step(
        "next",
        () => 1,
        ({ load }: Anything) => load,
        { on: "lad" },
      )
      .step("on", () => 1, { on: "oad" })
      .output(() => ref("laod"));
    expect(problems(() => built.compile())).toMatchInlineSnapshot(`
      [
        "PLAN_REFERENCE_INVALID: The output refers to "laod", which leads to nothing; did you mean "load"?",
        "PLAN_DUPLICATE_STEP: Two steps are named "parse".",
        "PLAN_REFERENCE_INVALID: Step "load" is followed by "notify", but no step has this name.",
        "PLAN_REFERENCE_INVALID: Step "load" refers to "prase.x", which leads to nothing; did you mean "parse"?",
        "PLAN_REFERENCE_INVALID: Step "load" refers to "input.paht", which leads to nothing: there is no "paht"; did you mean "path"?",
        "PLAN_REFERENCE_INVALID: Step "load" follows "lod", but no step has this name; did you mean "load"?",
        "PLAN_STEP_INVALID: What is given as step "more" is neither a function nor a flow.",
        "PLAN_RESERVED_NAME: Step "state" bears the name of one of Flow's own members.",
        "PLAN_UNKNOWN_TRIGGER: Step "next" waits for "lad", but no step or label has this name; did you mean "load"?",
        "PLAN_UNKNOWN_TRIGGER: Step "on" waits for "oad", but no step or label has this name; did you mean "load"?",
      ]
    `);
  });

  test("steps that wait for each other", () => {
    const built = loose("circle")
      .step("first", () => 1)
      .step("a", () => 1)
      .step("b", () => 1)
      .link("a", "b")
      .link("b", "a");
    expect(problems(() => built.compile())).toMatchInlineSnapshot(`
      [
        "PLAN_UNREACHABLE_STEP: Steps wait for each other in a circle, so that none of them is ever called: "a" → "b" → "a".",
      ]
    `);
  });

  test("three thousand steps that wait for each other, of which a few are told", () => {
    const count = 3_000;
    const steps = Array.from({ length: count }, (_, i) => ({
      name: `s${i}`,
      run: () => i,
      with: ref(`s${(i + count - 1) % count}`),
    }));
    expect(problems(() => lowerFlow({ name: "ring", steps }))).toEqual([
      'PLAN_NO_START: No step of flow "ring" starts at kickoff.',
      'PLAN_UNREACHABLE_STEP: Steps wait for each other in a circle, so that none of them is ever called: "s0" → "s1" → "s2" → "s3" → "s4" → "s5" → "s6" → "s7" → "s8" → "s9" → … (2988 more) … → "s2998" → "s2999" → "s0".',
    ]);
  });

  test("a class that is no flow, and what only looks like a builder", () => {
    class Plain {}
    for (const run of [Plain, class extends Plain {}])
      expect(problems(() => loose("c").step("x", run).compile())).toEqual([
        'PLAN_STEP_INVALID: What is given as step "x" is a class, but no class of flows.',
      ]);
    expect(problems(() => loose("c").step("x", { toClass: 5 }).compile())).toEqual([
      'PLAN_STEP_INVALID: What is given as step "x" is neither a function nor a flow.',
    ]);
  });

  test("a step that is called per element has no result of its own to return", () => {
    const built = loose("many")
      .step("list", () => [1])
      .step("each", (n: number) => n, { forEach: "list" })
      .output(({ each }: Anything) => each);
    expect(problems(() => built.compile())[0]).toContain('"each", which is called per element');
  });

  test("what is handed on goes in circles", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(
      errorOf(() =>
        loose("circle").step(
          "a",
          () => 1,
          () => circle,
        ),
      ).code,
    ).toBe("PLAN_REFERENCE_INVALID");
  });

  test("options", () => {
    expect(errorOf(() => loose("o").step("a", () => 1, { retires: 1 })).hint).toContain("retry");
    expect(errorOf(() => loose("o").step("a", () => 1, 7)).code).toBe("PLAN_OPTION_INVALID");
    expect(
      problems(() =>
        loose("o")
          .step("a", () => 1, { timeout: "soon" })
          .compile(),
      ),
    ).toHaveLength(1);
    expect(errorOf(() => flow("")).code).toBe("DEFINITION_STATIC_INVALID");
    expect(
      problems(() =>
        loose("o")
          .step(() => 1)
          .compile(),
      )[0],
    ).toContain("PLAN_STEP_INVALID");
  });
});

test("a thousand steps, each of which refers to the one before", async () => {
  let built = loose("long").step("s0", () => 0);
  for (let i = 1; i < 1000; i++)
    built = built.step(
      `s${i}`,
      (n: number) => n + 1,
      (refs: Anything) => refs[`s${i - 1}`],
      {
        when: (values: Anything) => values[`s${i - 1}`] === i - 1,
      },
    );
  expect((await built.compile().complete()).output).toBe(999);
});

test("two runs of one flow at once, and parts of something huge", async () => {
  const built = flow("huge")
    .input(z.object({ by: z.number() }))
    .step("make", ({ by }) => ({
      rows: Array.from({ length: 50_000 }, (_, i) => ({ i: i * by, text: "x".repeat(20) })),
    }))
    .step(
      "take",
      (n: number | undefined) => n,
      ({ make }) => make.rows[49_999]?.i,
    )
    .compile();
  const [one, two] = await Promise.all([built.complete({ by: 1 }), built.complete({ by: 2 })]);
  expect([one.output, two.output]).toEqual([49_999, 99_998]);
});
