// Flows that are built step by step, through the public face.
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { and, Flow, flow, or, orElse, outcomeOf, ref, route, start, template } from "../src/index.js";

interface Parsed {
  title: string;
  text: string;
  list: { v: number }[];
  note?: string;
}

const parse = (given: { path: string }): Parsed => ({ title: given.path, text: "words", list: [{ v: 1 }, { v: 2 }] });
const load = async (given: { text: string; path: string; mode: "fast" | "slow"; note: string }) => ({
  status: "ok" as const,
  ...given,
});
function notify() {
  return "told";
}

const ingest = flow("ingest")
  .input(z.object({ path: z.string() }))
  .step("parse", parse)
  .step("load", load, ({ parse, input }) => ({
    text: parse.text,
    path: input.path,
    mode: "fast",
    note: template`read ${parse.title}`,
  }))
  .step("notify", notify)
  .link("load", "notify", { when: ({ load }) => load.status === "ok" })
  .output(({ load, parse }) => ({ status: load.status, second: parse.list[1]?.v }));

describe("a chain", () => {
  test("typed from its schema to its result", async () => {
    const built = ingest.compile();
    const result = await built.complete({ path: "a.txt" });
    if (result.status !== "completed") throw new Error(result.status);
    expectTypeOf(result.output).toEqualTypeOf<{ status: "ok"; second: number | undefined }>();
    expectTypeOf(result.outputs.notify).toEqualTypeOf<string | undefined>();
    expect(result.output).toEqual({ status: "ok", second: 2 });
    expect(result.outputs).toEqual({
      parse: { title: "a.txt", text: "words", list: [{ v: 1 }, { v: 2 }] },
      load: { status: "ok", text: "words", path: "a.txt", mode: "fast", note: "read a.txt" },
      notify: "told",
    });
    expect((await built.resume(result.id)).output).toEqual(result.output);
  });

  test("is drawn as a class is", () => {
    expect(ingest.plot()).toBe(ingest.toClass().plot());
    expect(ingest.plot({ format: "json" }).nodes.map(({ id }) => id)).toContain("step:notify");
    expectTypeOf(ingest.plot({ format: "svg" })).toEqualTypeOf<string>();
  });

  test("each method answers a new builder", async () => {
    const base = flow("base")
      .input(z.object({ n: z.number() }))
      .step("a", ({ n }) => n + 1);
    const twice = base.step(
      "b",
      (n: number) => n * 2,
      ({ a }) => a,
    );
    const thrice = base.step(
      "b",
      (n: number) => n * 3,
      ({ a }) => a,
    );
    expect((await twice.compile().complete({ n: 1 })).output).toBe(4);
    expect((await thrice.compile().complete({ n: 1 })).output).toBe(6);
    expect((await base.compile().complete({ n: 1 })).output).toBe(2);
  });

  test("state, generators, functions by their own names", async () => {
    const built = flow("words")
      .state(z.object({ seen: z.number().default(0) }))
      .step("say", async function* (_: object, { state }) {
        state.seen++;
        yield "a";
        yield "b";
      })
      .step(
        function count(given: { text: string; seen: number }) {
          return given.text.length + given.seen;
        },
        ({ say, state }) => ({ text: say, seen: state.seen }),
      )
      .output(() => ({ n: ref("count") }))
      .compile();
    expect((await built.complete()).output).toEqual({ n: 3 });
  });

  test("flows as steps: a class, a built flow, a builder", async () => {
    class Twice extends Flow<typeof Twice> {
      static inputs = z.object({ n: z.number() });
      static output = z.object({ twice: z.number() });
      @start() run({ n }: { n: number }) {
        return { twice: n * 2 };
      }
    }
    const inner = flow("inner")
      .input(z.object({ n: z.number() }))
      .step("add", ({ n }) => n + 1)
      .output(({ add }) => add);
    const built = flow("outer")
      .input(z.object({ n: z.number() }))
      .step("twice", Twice)
      .step("one", inner, ({ twice }) => ({ n: twice.twice }))
      .step("two", inner.compile(), ({ one }) => ({ n: one }))
      .output(({ two }) => two)
      .compile();
    const result = await built.complete({ n: 5 });
    if (result.status === "completed") expectTypeOf(result.output).toEqualTypeOf<number>();
    expect(result.output).toBe(12);
  });
});

describe("conditions", () => {
  test("a loop by a router, with what its label carries", async () => {
    const built = flow("review")
      .step("research", () => ({ notes: "start" }))
      .step("write", (from: { notes: string }) => ({ text: from.notes }), { on: or("research", "rework") })
      .router(
        "check",
        (draft: { text: string }) => (draft.text === "longer" ? "good" : route("rework", { notes: "longer" })),
        ({ write }) => write,
        { routes: ["good", "rework"] },
      )
      .step(
        "publish",
        (given: { text: string; ok: "good" }) => given,
        ({ write, good }) => ({ text: write.text, ok: good }),
      )
      .compile();
    expect((await built.complete()).output).toEqual({ text: "longer", ok: "good" });
    expect(built.runs).toBeDefined();
  });

  test("on hands over what it waits for", async () => {
    const built = flow("both")
      .step("a", () => 1)
      .step("b", () => "x")
      .step("c", (all: { a: number; b: string }) => `${all.a}${all.b}`, { on: and("a", "b") })
      .compile();
    expect((await built.complete()).output).toBe("1x");
  });

  test("per element, and all of them together", async () => {
    const built = flow("each")
      .input(z.object({ by: z.number() }))
      .step("list", () => [1, 2, 3])
      .step(
        "times",
        (given: { n: number; by: number }) => given.n * given.by,
        ({ item, input }) => ({ n: item, by: input.by }),
        {
          forEach: { over: "list", concurrency: 2 },
        },
      )
      .step("plus", (n: number) => n + 1, { forEach: "list" })
      .step(
        "sum",
        (given: { a: number[]; b: number[] }) => [...given.a, ...given.b],
        ({ times, plus }) => ({ a: times, b: plus }),
      )
      .compile();
    expect((await built.complete({ by: 10 })).output).toEqual([10, 20, 30, 2, 3, 4]);
  });

  test("defaults and outcomes", async () => {
    const built = flow("without")
      .step("maybe", () => ({ title: "x" }), { when: () => false })
      .step(
        "take",
        (given: { title: string; how: { status: string } }) => `${given.title} ${given.how.status}`,
        ({ maybe }) => ({ title: orElse(maybe.title, "untitled"), how: outcomeOf(maybe) }),
      )
      .compile();
    expect((await built.complete()).output).toBe("untitled skipped");
  });
});

test("what steps are given is told of a run that is watched, nested ones and other runs of the flow apart", async () => {
  const inner = flow("sub")
    .input(z.object({ n: z.number() }))
    .step(
      "twice",
      (given: { n: number }) => given.n * 2,
      ({ input }) => ({ n: input.n }),
    );
  let tries = 0;
  const built = flow("top")
    .input(z.object({ n: z.number() }))
    .step("one", ({ n }) => ({ deep: [n + 1] }))
    .step(
      "two",
      (given: { a: number; b: string }) => {
        if (++tries === 1) throw new Error("not yet");
        return given.a;
      },
      ({ one, input }) => ({ a: one.deep[0]!, b: template`n is ${input.n}` }) as never,
      { retry: { attempts: 2, delay: 0 } },
    )
    .step("sub", inner, ({ two }) => ({ n: two }))
    .step(
      "never",
      () => 1,
      ({ two }) => ({ two }),
      { when: () => false },
    )
    .compile();
  const other = built.complete({ n: 70 });
  const watched = built.run({ n: 1 });
  const told: unknown[] = [];
  for await (const event of watched) {
    if (event.type === "START") told.push([event.path, event.input]);
    if (event.type === "OUTPUT" && event.path === "top.two") told.push([event.status, event.input]);
  }
  await other;
  expect(told).toEqual([
    ["top", { n: 1 }],
    ["top.one", { n: 1 }],
    ["top.two", { a: 2, b: "n is 1" }],
    ["completed", { a: 2, b: "n is 1" }],
    ["top.sub", { n: 2 }],
    ["top.never", 2],
    ["top.sub.twice", { n: 2 }],
  ]);
  expect(built.events.wrapped).toBe(false);
});

test("a run that is watched", async () => {
  const inner = flow("sub").step("parse", function* () {
    yield "p";
  });
  const watched = flow("top")
    .step("list", () => [1, 2])
    .step("each", (n: number) => n, { forEach: "list" })
    .step("sub", inner, () => ({}))
    .step("never", () => 1, { when: () => false })
    .step(
      "after",
      (n: number) => n,
      ({ never }) => never,
    )
    .compile()
    .run();
  const told: string[] = [];
  for await (const event of watched) {
    const more =
      event.type === "OUTPUT"
        ? `${event.status} ${event.because?.join() ?? ""}`
        : event.type === "CHUNK"
          ? event.chunk
          : "";
    told.push(`${event.type} ${event.path} ${more}`.trim());
  }
  expect(told[0]).toBe("START top");
  expect(told.at(-1)).toBe("OUTPUT top completed");
  expect(told.slice(1, -1).sort()).toMatchInlineSnapshot(`
    [
      "CHUNK top.sub.parse p",
      "OUTPUT top.after skipped never",
      "OUTPUT top.each completed",
      "OUTPUT top.each#2 completed",
      "OUTPUT top.list completed",
      "OUTPUT top.never skipped",
      "OUTPUT top.sub completed",
      "OUTPUT top.sub.parse completed",
      "START top.each",
      "START top.each#2",
      "START top.list",
      "START top.never",
      "START top.sub",
      "START top.sub.parse",
    ]
  `);
  expect((await watched.result).id).toBe(watched.id);
});
