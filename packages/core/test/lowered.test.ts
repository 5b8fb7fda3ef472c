// Flows handed over as specs: what doors without a class make of their steps.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  and,
  Flow,
  type FlowSpec,
  flowClass,
  listen,
  lowerFlow,
  or,
  orElse,
  outcomeOf,
  ref,
  route,
  router,
  start,
  template,
} from "../src/index.js";

const built = (spec: FlowSpec) => new (flowClass(lowerFlow(spec)))();
const echo = (given: unknown) => given;

describe("what a step is given", () => {
  test("parts of results, inputs and state, fixed values and templates", async () => {
    const flow = built({
      name: "Given",
      input: z.object({ path: z.string() }),
      state: z.object({ mode: z.string().default("fast") }),
      steps: [
        { name: "parse", run: () => ({ title: "Rivers", list: [{ v: 1 }, { v: 2 }], when: new Date(0) }) },
        {
          name: "load",
          run: echo,
          with: {
            second: ref("parse.list.1.v"),
            path: ref("input.path"),
            mode: ref({ step: "state", path: ["mode"] }),
            note: template`read ${ref("parse.title")} ${ref("parse.none")}${ref("parse.list.0")}`,
            fixed: [1, { deep: ref("parse.when") }],
            none: ref("parse.list.9.v"),
          },
        },
      ],
    });
    const { output } = await flow.kickoff({ path: "a.txt" });
    expect(output).toEqual({
      second: 2,
      path: "a.txt",
      mode: "fast",
      note: 'read Rivers {"v":1}',
      fixed: [1, { deep: new Date(0) }],
      none: undefined,
    });
  });

  test("without `with`: the inputs, also for steps that follow others", async () => {
    const flow = built({
      name: "Inputs",
      input: z.object({ n: z.number() }),
      steps: [
        { name: "first", run: ({ n }) => n + 1 },
        { name: "second", run: ({ n }) => n + 2, after: [{ step: "first" }] },
      ],
    });
    const result = await flow.kickoff({ n: 1 });
    expect(result.outputs).toEqual({ first: 2, second: 3 });
  });

  test("only what a result has itself: nothing of a prototype", async () => {
    const flow = built({
      name: "Own",
      steps: [
        { name: "make", run: () => ({ a: 1 }) },
        { name: "take", run: echo, with: [ref("make.constructor"), ref("make.__proto__"), ref("make.a")] },
      ],
    });
    expect((await flow.kickoff()).output).toEqual([undefined, undefined, 1]);
  });

  test("generators: texts join, all else is a list, a value of its own wins", async () => {
    const flow = built({
      name: "Streams",
      steps: [
        {
          name: "texts",
          run: async function* () {
            yield "a";
            yield "b";
          },
        },
        {
          name: "numbers",
          run: function* () {
            yield 1;
            yield "b";
          },
        },
        {
          name: "own",
          run: function* () {
            yield "a";
            return 7;
          },
        },
        { name: "nothing", run: function* () {} },
      ],
    });
    const chunks: unknown[] = [];
    flow.events.on("output.chunk", ({ chunk }) => {
      chunks.push(chunk);
    });
    const { outputs } = await flow.kickoff();
    expect(outputs).toEqual({ texts: "ab", numbers: [1, "b"], own: 7, nothing: [] });
    expect(chunks.sort()).toEqual([1, "a", "a", "b", "b"]);
  });

  test("a flow as a step", async () => {
    class Inner extends Flow<typeof Inner> {
      static inputs = z.object({ n: z.number() });
      @start() twice({ n }: { n: number }) {
        return { doubled: n * 2 };
      }
    }
    const inner = built({ name: "Built", input: z.object({ n: z.number() }), steps: [{ name: "same", run: echo }] });
    const flow = built({
      name: "Outer",
      steps: [
        { name: "first", run: () => 4 },
        { name: "inner", run: Inner, with: { n: ref("first") } },
        { name: "second", run: inner, with: { n: ref("inner.doubled") } },
      ],
    });
    expect((await flow.kickoff()).output).toEqual({ n: 8 });
  });
});

describe("when a step runs", () => {
  test("the same plan as a class", () => {
    class Review extends Flow {
      @start() research() {
        return { facts: ["a"] };
      }
      @listen(or("research", "rework")) write(from: { facts?: string[] }) {
        return { text: String(from) };
      }
      @router("write", { routes: ["good", "rework"] }) check(draft: { text: string }) {
        return draft.text.length > 3 ? "good" : route("rework", {});
      }
      @listen(and("write", "good")) publish(all: object) {
        return all;
      }
    }
    const plan = flowClass(
      lowerFlow({
        name: "Review",
        steps: [
          { name: "research", run: () => ({ facts: ["a"] }) },
          { name: "write", run: echo, on: or("research", "rework") },
          { name: "check", run: () => "good", with: { text: ref("write.text") }, routes: ["good", "rework"] },
          { name: "publish", run: echo, with: { draft: ref("write"), ok: ref("good") } },
        ],
      }),
    ).plan();
    expect(plan).toEqual(Review.plan());
  });

  test("a predicate of a link and of a step: each false one skips, and what depends on it does not run", async () => {
    const flow = built({
      name: "Predicates",
      steps: [
        { name: "load", run: () => ({ status: "bad" }) },
        { name: "notify", run: () => "told", after: [{ step: "load", when: ({ load }) => load.status === "ok" }] },
        { name: "after", run: () => "after", after: [{ step: "notify" }] },
        { name: "other", run: () => "other", after: [{ step: "load" }], when: ({ load }) => load.status === "bad" },
      ],
    });
    expect((await flow.kickoff()).outputs).toEqual({ load: { status: "bad" }, other: "other" });
  });

  test("a default or an outcome lets a step run without its source", async () => {
    const flow = built({
      name: "Without",
      steps: [
        { name: "load", run: () => 1, when: () => false },
        {
          name: "fail",
          run: () => {
            throw new Error("broken");
          },
        },
        {
          name: "take",
          run: ({ load, fail, whole }) => [load, fail.status, fail.error.message, whole.status],
          with: {
            load: orElse(ref("load.x"), "none"),
            fail: outcomeOf(ref("fail")),
            whole: outcomeOf(ref("load")),
          },
        },
      ],
    });
    expect((await flow.kickoff()).output).toEqual(["none", "failed", 'Step "fail" failed: broken', "skipped"]);
  });

  test("per element, with references to it", async () => {
    const flow = built({
      name: "Each",
      input: z.object({ by: z.number() }),
      steps: [
        { name: "list", run: () => [{ n: 1 }, { n: 2 }] },
        {
          name: "times",
          run: ({ n, at, by }) => n * by + at,
          on: "list",
          forEach: { concurrency: 2 },
          with: { n: ref("item.n"), at: ref("index"), by: ref("input.by") },
        },
        { name: "sum", run: ({ all }) => all, with: { all: ref("times") } },
      ],
    });
    expect((await flow.kickoff({ by: 10 })).output).toEqual([10, 21]);
  });
});

describe("what a run returns", () => {
  test("is made of what steps have returned, and of defaults for those that have not", async () => {
    const flow = built({
      name: "Output",
      input: z.object({ id: z.string() }),
      output: z.object({ id: z.string(), n: z.number(), other: z.string() }),
      steps: [
        { name: "a", run: () => ({ n: 1 }) },
        { name: "b", run: () => "b", after: [{ step: "a" }], when: () => false },
      ],
      result: { id: ref("input.id"), n: ref("a.n"), other: orElse(ref("b"), "no b") },
    });
    expect((await flow.kickoff({ id: "x" })).output).toEqual({ id: "x", n: 1, other: "no b" });
  });
});

test("a step that is called by outcomes is given them as they are, one by one too", async () => {
  const Found = flowClass(
    lowerFlow({
      name: "found",
      steps: [
        { name: "list", run: () => [1, 2, 3] },
        {
          name: "odd",
          on: { kind: "name", name: "list" },
          forEach: { onError: "collect" },
          run: (n: number) => {
            if (n % 2 === 0) throw new Error("even");
            return n;
          },
        },
        {
          name: "half",
          on: { kind: "outcomes", step: "odd" },
          forEach: {},
          with: { outcome: ref("item") },
          when: ({ odd }) => (odd as { status: string }).status === "completed",
          run: ({ outcome }: { outcome: { value: number } }) => outcome.value / 2,
        },
        {
          name: "all",
          on: {
            kind: "and",
            of: [
              { kind: "outcomes", step: "odd" },
              { kind: "collect", step: "half" },
            ],
          },
          with: { odd: ref("odd"), half: ref("half") },
          run: ({ odd, half }: { odd: { status: string }[]; half: number[] }) => [
            odd.map(({ status }) => status),
            half,
          ],
        },
      ],
    }),
  );
  expect((await new Found().kickoff()).output).toEqual([
    ["completed", "failed", "completed"],
    [0.5, 1.5],
  ]);
});
