// What the compiler takes for a value is one: a reference that nothing makes sure of is refused when the flow is built.
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  and,
  atLeast,
  collect,
  FlowError,
  failed,
  flow,
  lowerFlow,
  or,
  orElse,
  outcomeOf,
  ref,
  route,
  settled,
  signal,
} from "../src/index.js";

type Anything = any;

const problems = (build: () => unknown): string[] => {
  try {
    build();
  } catch (error) {
    if (FlowError.is(error, "PLAN_INVALID")) return error.details.problems.map(({ message }) => message);
    throw error;
  }
  return [];
};

const sides = flow("sides")
  .router("side", () => (Date.now() > 0 ? "left" : "right"), { routes: ["left", "right"] })
  .step("l", () => "l", { on: "left" })
  .step("r", () => "r", { on: "right" });

describe("with a condition of its own", () => {
  test("a step that one of two ways leads by is refused, with a default or its outcome it is not", async () => {
    const given = (all: { l: string | undefined }) => all;
    expect(problems(() => sides.step("end", given, ({ l }) => ({ l }), { on: or("l", "r") }).compile())).toEqual([
      'Step "end" refers to "l", but its own condition lets it be called before "l" has a result.',
    ]);
    const end = sides.step(
      "end",
      (all: object) => all,
      ({ r, l }) => ({ l: outcomeOf(l), r: orElse(r, "none") }),
      {
        on: or("l", "r"),
      },
    );
    expect((await end.compile().complete()).output).toEqual({ l: { status: "completed", value: "l" }, r: "none" });
  });

  test("what is on every way is there, through loops, joins and labels", async () => {
    const built = flow("ways")
      .step("a", () => ({ n: 1 }))
      .step(
        "b",
        (n: number) => n + 1,
        ({ a }) => a.n,
      )
      .step(
        "again",
        (given: { a: number; b: number }) => given.a + given.b,
        ({ a, b }) => ({ a: a.n, b }),
        {
          on: or("b", "more"),
        },
      )
      .router(
        "check",
        (n: number) => (n > 0 ? route("done", n) : "more"),
        ({ again }) => again,
        { routes: ["done", "more"] },
      )
      .step(
        "end",
        (given: { a: number; sum: number }) => given,
        ({ a, again }) => ({ a: a.n, sum: again }),
        { on: "done" },
      );
    expect((await built.compile().complete()).output).toEqual({ a: 1, sum: 3 });
  });

  test("joins of some, outcomes and signals make nothing sure", () => {
    const Legal = signal("legal");
    const two = flow("two")
      .step("a", () => 1)
      .step("b", () => 2);
    const takes = (given: { a: number }) => given.a;
    for (const on of [atLeast(1, "a", "b"), settled("a"), failed("a"), Legal])
      expect(problems(() => two.step("c", takes, ({ a }) => ({ a }), { on }).compile())).toHaveLength(1);
    for (const on of [and("a", "b"), and("a", Legal)])
      expect(problems(() => two.step("c", takes, ({ a }) => ({ a }), { on }).compile())).toEqual([]);
  });

  test("a label carries something only for who waits for it", () => {
    const takes = (given: unknown) => given;
    expect(problems(() => sides.step("end", takes, ({ left }) => ({ left }), { on: "side" }).compile())).toEqual([
      'Step "end" refers to "left", which its own condition does not hand over.',
    ]);
    expect(
      problems(() => sides.step("end", takes, ({ left }) => ({ left }), { on: or("left", "right") }).compile()),
    ).toEqual(['Step "end" refers to "left", which need not have occurred when it is called.']);
    // @ts-expect-error there is no label in what the run returns
    expect(problems(() => sides.output(({ left }) => left).compile())).toHaveLength(1);
  });

  test("how a step failed", async () => {
    const built = flow("charged")
      .step("charge", (): number => {
        throw new Error("no money");
      })
      .step(
        "tell",
        (given: { how: { status: string }; paid: number }) => [given.how.status, given.paid],
        ({ charge }) => ({
          how: outcomeOf(charge),
          paid: orElse(charge, 0),
        }),
        { on: failed("charge") },
      );
    expect((await built.compile().complete()).output).toEqual(["failed", 0]);
  });
});

describe("per element", () => {
  const words = flow("words")
    .step("before", () => "the ")
    .step(
      "list",
      (_: string) => ["a", "bb", "ccc"],
      ({ before }) => before,
    )
    .step("aside", () => 1);

  test("the list and what is before it is there; item and index are values for `when`", async () => {
    const built = words
      .step(
        "each",
        (given: { item: string; of: number; before: string }) => `${given.before}${given.item}/${given.of}`,
        ({ item, list, before }) => ({ item, of: list.length, before }),
        { forEach: "list", when: ({ item, index, list }) => item.length > 1 && index < 2 && list?.length === 3 },
      )
      .step(
        "all",
        (all: string[]) => all,
        ({ each }) => each,
      )
      .compile();
    const result = await built.complete();
    expect(result.output).toEqual(["the bb/3"]);
    // of the one that was done last, as in a class
    expectTypeOf(result.outputs.each).toEqualTypeOf<string | undefined>();
    expect(result.outputs.each).toBe("the bb/3");
  });

  test("what runs beside the list is not sure", () => {
    const given = (all: { item: string; aside: number }) => all;
    expect(
      problems(() => words.step("each", given, ({ item, aside }) => ({ item, aside }), { forEach: "list" }).compile()),
    ).toHaveLength(1);
    expect(
      problems(() =>
        words
          .step("each", given, ({ item, aside }) => ({ item, aside: orElse(aside, 0) }), { forEach: "list" })
          .compile(),
      ),
    ).toEqual([]);
  });

  test("its name is one element, `collect` all of them", async () => {
    const each = words.step("each", (word: string) => word.length, { forEach: "list" });
    const built = each
      .step("one", (length: number) => length, { on: "each" })
      .step(
        "sum",
        (given: { all: number[] }) => given.all.length,
        ({ each }) => ({ all: each }),
        { on: collect("each") },
      );
    expect((await built.compile().complete()).outputs.sum).toBe(3);
    expect(
      problems(() =>
        each
          .step(
            "one",
            (all: number[]) => all,
            ({ each }) => each,
            { on: "each" },
          )
          .compile(),
      ),
    ).toEqual([
      'Step "one" refers to "each", which is called per element: let a step of its own take all its results, and refer to that.',
    ]);
  });
});

describe("circles", () => {
  const steps = (names: string[]) =>
    names.reduce(
      (built, name) => built.step(name as never, () => 1) as never,
      flow("round") as ReturnType<typeof flow>,
    );
  test("of references and links are told with their steps in order, once", () => {
    const round = steps(["first", "a", "b", "c", "after"]) as unknown as {
      link(from: string, to: string): typeof round;
      compile(): unknown;
    };
    const built = round.link("first", "a").link("a", "b").link("b", "c").link("c", "a").link("c", "after");
    expect(problems(() => built.compile())).toEqual([
      'Steps wait for each other in a circle, so that none of them is ever called: "a" → "b" → "c" → "a".',
    ]);
    expect(problems(() => round.link("a", "a").compile())).toHaveLength(1);
  });

  test("of two thousand are found without recursion", () => {
    const names = Array.from({ length: 2_000 }, (_, i) => `s${i}`);
    const spec = {
      name: "long",
      steps: names.map((name) => ({ name, run: () => 1 })),
      links: names.map((name, i) => ({ from: name, to: names[(i + 1) % names.length]! })),
    };
    expect(problems(() => lowerFlow(spec)).filter((message) => message.includes("in a circle"))).toHaveLength(1);
  });
});

test("a loop of three thousand steps, each of which refers to one before it", () => {
  const count = 3_000;
  let built = flow("ring") as Anything;
  for (let i = 0; i < count; i++)
    built = built.step(
      `s${i}`,
      () => i,
      () => (i > 1 ? ref(`s${i - 2}`) : 1),
      { on: `s${(i + count - 1) % count}`, start: i === 0 },
    );
  expect(built.plan().steps).toHaveLength(count);
});
