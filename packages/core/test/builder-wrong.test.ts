// What can be wrong with a flow that is built, and what JavaScript lets through.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { FlowError, flow, orElse, outcomeOf, ref } from "../src/index.js";

type Anything = any;
const loose = (name: string) => flow(name) as Anything;

function errorOf(make: () => unknown): FlowError {
  try {
    make();
  } catch (error) {
    if (FlowError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("a reference used as if it were the value", () => {
  const misuses: Readonly<Record<string, (parse: Anything, input: Anything) => unknown>> = {
    "a method": (parse) => ({ text: parse.text.toUpperCase() }),
    "a text": (parse) => ({ text: `read ${parse.title}` }),
    "an addition": (parse) => ({ n: parse.n + 1 }),
    "a comparison": (parse) => ({ big: parse.n > 3 }),
    "an equality": (parse) => ({ same: parse.n === 3 }),
    "a condition": (parse) => (parse.ok ? { a: 1 } : { a: 2 }),
    "a logical or": (parse) => ({ a: parse.title || "untitled", b: parse.other && 1 }),
    JSON: (parse) => ({ text: JSON.stringify(parse) }),
    "a spread": (parse) => ({ ...parse }),
    "a spread of a list": (parse) => ({ list: [...parse.list] }),
    "a loop": (parse) => {
      for (const item of parse.list) return item;
      return undefined;
    },
    "a key": (parse) => ({ has: "text" in parse }),
    "a change": (parse) => {
      parse.text = "x";
      return parse;
    },
    "a promise": async (parse) => parse,
    "reading behind a default": (parse) => (orElse(parse.title, {}) as Anything).length,
    "reading into an outcome": (parse) => (outcomeOf(parse) as Anything).status,
    "what is none": () => orElse("parse.title" as Anything, 1),
  };
  test.each(Object.entries(misuses))("%s", (_, make) => {
    const built = loose("misused").step("parse", () => 1);
    const error = errorOf(() =>
      built.step(
        "load",
        () => 1,
        ({ parse, input }: Anything) => make(parse, input),
      ),
    );
    expect(error.code).toBe("DEFINITION_REFERENCE_MISUSED");
    expect(error.hint).not.toBe("");
  });

  test("is no thenable, and shows what it is", async () => {
    let seen: unknown;
    loose("shown")
      .step("parse", () => 1)
      .step(
        "load",
        () => 1,
        ({ parse }: Anything) => {
          seen = parse;
          return { parse };
        },
      );
    expect(await seen).toBe(seen);
  });
});

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

describe("names that objects have", () => {
  test("as keys of results, of parameters and of steps", async () => {
    const built = loose("names")
      .step("constructor", () => JSON.parse('{"__proto__": 1, "then": 2, "toString": 3}'))
      .step(
        "take",
        (given: unknown) => given,
        () => ({
          ["__proto__"]: ref({ step: "constructor", path: ["__proto__"] }),
          // biome-ignore lint/suspicious/noThenProperty: a result may have one
          then: ref("constructor.then"),
          toString: ref("constructor.toString"),
          none: ref("constructor.hasOwnProperty"),
        }),
      )
      .compile();
    const { output } = await built.complete();
    expect(Object.entries(output)).toEqual([
      ["__proto__", 1],
      ["then", 2],
      ["toString", 3],
      ["none", undefined],
    ]);
  });

  test("a step with the name of a member of Flow", () => {
    expect(
      errorOf(() =>
        loose("m")
          .step("kickoff", () => 1)
          .compile(),
      ).message,
    ).toContain("PLAN_RESERVED_NAME");
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

describe("what no compiler has checked", () => {
  const plain = flow("plain").step("p", () => 1) as any;
  const boom = () => {
    throw new Error("boom");
  };
  test.each<[string, () => unknown, string]>([
    ["null as a schema", () => plain.input(null), "What `input` takes is null, not a zod schema."],
    ["an object as a schema", () => plain.state({ a: 1 }), "What `state` takes is an object, not a zod schema."],
    ["a number as the output", () => plain.output(3), "What `output` takes is a number, not a zod schema."],
    [
      "params",
      () => plain.step("q", () => 1, { params: { a: 1 } }),
      "`params` of a step is an object, not a zod schema.",
    ],
    ["when", () => plain.step("q", () => 1, { when: true }), "`when` of a step is a boolean, not a function."],
    ["routes", () => plain.router("q", () => "x", { routes: 3 }), "`routes` is a number, not a list of labels."],
    [
      "on",
      () => plain.step("q", () => 1, { on: null }),
      "`on` of a step is null, not the name of a step or a condition.",
    ],
    ["an end of a link", () => plain.link("p", undefined), 'An end of `link("p", undefined)` is nothing, not a text.'],
    ["a link's option", () => plain.link("p", "q", null), 'The option of `link("p", "q")` is null, not an object.'],
    ["a signal", () => plain.signal("paid"), 'What `signal` takes is a string, not a signal: signal("paid", schema).'],
    ["a version", () => plain.version(3), "What `version` takes is a number, not a text."],
    [
      "a reference",
      () =>
        plain.step(
          "q",
          () => 1,
          () => ref(3 as never),
        ),
      "`ref` was given something that leads nowhere.",
    ],
    ["a throw", () => plain.step("q", () => 1, boom), 'The function that says what "q" is given threw: boom'],
    [
      "a getter that throws",
      () =>
        plain.step(
          "q",
          () => 1,
          () => Object.defineProperty({}, "x", { get: boom, enumerable: true }),
        ),
      'The function that says what "q" is given threw: boom',
    ],
  ])("%s", (_, build, message) => {
    expect(build).toThrow(expect.objectContaining({ name: "FlowError", message, hint: expect.any(String) }));
  });
});

test("fixed values are those of the moment, and each call has its own", async () => {
  const shared = { list: [1], at: new Date(0), seen: new Set([1]) };
  const built = flow("fixed").step(
    "p",
    (given: typeof shared) => {
      given.list.push(2);
      given.seen.add(2);
      given.at.setTime(5);
      return [given.list.length, given.seen.size, given.at.getTime()];
    },
    () => shared,
  );
  shared.list.push(7, 8);
  const compiled = built.compile();
  expect((await compiled.complete()).output).toEqual([2, 2, 5]);
  expect((await compiled.complete()).output).toEqual([2, 2, 5]);
  expect([shared.list, shared.seen.size, shared.at.getTime()]).toEqual([[1, 7, 8], 1, 0]);
});
