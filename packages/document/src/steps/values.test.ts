/** extract, construct, aggregate, template, echo, code. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { aggregate } from "./aggregate.js";
import { code } from "./code.js";
import { construct } from "./construct.js";
import { extract } from "./extract/extract.js";
import { failure, problemsOf, runStep } from "./testing/run-step.js";
import { echo, template } from "./texts.js";

const from = {
  items: [
    { name: "a", price: 5, ids: ["1"] },
    { name: "b", price: 15, ids: ["2", "3"] },
  ],
  title: "t",
};

describe("extract", () => {
  test.each([
    ["one place", { path: "$.items[1].name" }, "b"],
    ["all matches", { path: "$.items[?@.price < 10].name" }, ["a"]],
    ["no match of several", { path: "$.items[?@.price > 99].name" }, []],
    ["the first", { path: "$..name", take: "first" }, "a"],
    ["exactly one", { path: "$.items[?@.price < 10].name", take: "one" }, "a"],
    ["a default for nothing", { path: "$.none", default: "-" }, "-"],
    ["a type", { path: "$..ids[*]", as: z.array(z.int()) }, [1, 2, 3]],
    ["what is null", { path: "$.nil" }, null],
  ])("%s", async (_what, config, value) => {
    expect(await runStep(extract, { from: { ...from, nil: null }, ...config })).toEqual(value);
  });

  test.each([
    ["nothing there", { path: "$.none" }, /nothing stands at \$\.none/],
    ["several where one is wanted", { path: "$..name", take: "one" }, /names 2 places/],
    ["more than the limit", { path: "$..*", limit: 3 }, /more than 3 places/],
    ["another type", { path: "$.title", as: z.int() }, /does not fit its type/],
  ])("%s", async (_what, config, message) => {
    const error = await failure(extract, { from, ...config });
    expect(error.code).toBe("STEP_VALUE_INVALID");
    expect(error.message).toMatch(message);
  });

  test("a value that is nested without end is a failure, not a crash", async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 2000; i++) deep = { a: deep };
    expect((await failure(extract, { from: deep, path: "$..b" })).code).toBe("STEP_VALUE_INVALID");
  });

  const many = Array.from({ length: 20_000 }, (_, i) => ({ id: `k${i}`, x: { y: [i, i] } }));
  const big = { a: many, s: "x".repeat(200_000) };
  test.each([
    "$.a[?search($.s, '(x+x+)+y')]",
    "$.a[?match($.s, '(x|xx)+y')]",
    "$.a[?count($..*) > 3]",
    "$.a[?$.a == $.a]",
    "$..[?@..[?@..[?@ == 1]]]",
    "$..*..*..*..*..z",
    "$.a[?@.id == $.s]",
  ])("a path that visits too much is given up: %s", { timeout: 120_000 }, async (path) => {
    const error = await failure(extract, { from: big, path });
    expect(error).toMatchObject({ code: "STEP_VALUE_INVALID", message: expect.stringContaining("visits more than") });
  });

  test.each([
    ["$.a[?search(@.id, '^k1999.$')].id", 10],
    ["$.a[?match(@.id, 'k.')].id", 10],
    ["$.a[?match(@.id, 'k[0-9]{5}')]", 10_000],
    ["$.a[?match(@.id, 'k\\\\p{Nd}')].id", 10],
    ["$.a[?match(@.id, '(?=k)k1')].id", 0],
    ["$.a[?@.x.y[0] > 19997].id", 2],
    ["$..y[?@ > 19998]", 2],
    ["$[?match(@, 5)]", 0],
  ])("what people look for in much data is found: %s", async (path, count) => {
    expect(await runStep(extract, { from: big, path })).toHaveLength(count);
  });

  test("a point fits no end of a line", async () => {
    const from = ["a\nb", "a\rb", "a.b"];
    expect(await runStep(extract, { from, path: "$[?match(@, 'a.b')]" })).toEqual(["a.b"]);
    expect(await runStep(extract, { from, path: "$[?match(@, 'a[.]b')]" })).toEqual(["a.b"]);
  });

  test("a path that is none is told at load", () => {
    expect(problemsOf(extract, { from: "{{ a }}", path: "items[" })).toMatchObject([{ path: ["path"] }]);
  });
});

describe("construct", () => {
  test("fields, of a type", async () => {
    expect(await runStep(construct, { fields: { n: "5" }, as: z.strictObject({ n: z.int() }) })).toEqual({ n: 5 });
    expect(await runStep(construct, { fields: { n: "5" } })).toEqual({ n: "5" });
    const error = await failure(construct, { fields: { m: 1 }, as: z.strictObject({ n: z.int() }) });
    expect(error.code).toBe("STEP_VALUE_INVALID");
  });
});

describe("aggregate", () => {
  const items = [
    { team: "red", points: 3, at: { day: "b" } },
    { team: "blue", points: 5, at: { day: "a" } },
    { team: "red", points: 4, at: { day: "c" } },
    { team: "blue", points: null },
  ];
  test.each([
    ["how many", { make: "count" }, 4],
    ["how many have a field", { make: { count: "points" } }, 3],
    ["a sum", { make: { sum: "points" } }, 12],
    ["an average", { make: { avg: "points" } }, 4],
    ["a least, by a path", { make: { min: "at.day" } }, "a"],
    ["the greatest", { make: { max: "points" } }, 5],
    ["all of a field", { make: { list: "points" } }, [3, 5, 4]],
    ["first and last", { make: { a: { first: "team" }, b: { last: "points" } } }, { a: "red", b: 4 }],
    [
      "groups",
      { by: "team", make: { n: "count", points: { sum: "points" } } },
      [
        { team: "red", n: 2, points: 7 },
        { team: "blue", n: 2, points: 5 },
      ],
    ],
    [
      "groups of one figure",
      { by: "team", make: "count" },
      [
        { team: "red", count: 2 },
        { team: "blue", count: 2 },
      ],
    ],
  ])("%s", async (_what, config, value) => {
    expect(await runStep(aggregate, { items, ...config })).toEqual(value);
  });

  test("of nothing", async () => {
    const make = { n: "count", sum: { sum: "x" }, avg: { avg: "x" }, min: { min: "x" }, first: "first", all: "list" };
    expect(await runStep(aggregate, { items: [], make })).toEqual({
      n: 0,
      sum: 0,
      avg: null,
      min: null,
      first: null,
      all: [],
    });
    expect(await runStep(aggregate, { items: [], by: "x", make })).toEqual([]);
  });

  test.each([
    ["what is no list", { items: { items: [] }, make: "count" }, /was given an object, not a list/],
    ["texts that are added up", { items, make: { sum: "team" } }, /the sum of a text at "team"/],
    ["kinds that are compared", { items: [1, "a"], make: "max" }, /can't compare/],
  ])("%s", async (_what, config, message) => {
    const error = await failure(aggregate, config);
    expect(error.code).toBe("STEP_VALUE_INVALID");
    expect(error.message).toMatch(message);
  });

  test("what makes no sense is told at load", () => {
    expect(problemsOf(aggregate, { items: [], make: {} })).toMatchObject([{ path: ["make"] }]);
    expect(problemsOf(aggregate, { items: [], by: "n", make: { n: "count" } })).toMatchObject([
      { path: ["make", "n"] },
    ]);
    expect(() => aggregate.config.parse({ items: [], make: { sum: "a", avg: "b" } })).toThrow();
  });
});

test("template and echo", async () => {
  expect(await runStep(template, { template: "Dear Ada" })).toBe("Dear Ada");
  expect(await runStep({ ...template, config: z.any() }, { template: { a: 1 } })).toBe('{"a":1}');
  expect(await runStep(echo, { value: { a: [1] } })).toEqual({ a: [1] });
  expect(await runStep(echo, {}, { params: { b: 2 } })).toEqual({ b: 2 });
});

describe("code", () => {
  const exports = {
    "./a.ts#add": ({ a, b }: { a: number; b: number }, { call }: { call: { step: string } }) => `${call.step} ${a + b}`,
    "./a.ts#count": async function* () {
      yield "one";
      return 2;
    },
    "./a.ts#wrong": 5,
    "./a.ts#join": (a: string, b: string, { call }: { call: { step: string } }) => `${a}${b}${call.step}`,
  };
  test("a function is called with parameters and tools, and may stream", async () => {
    expect(await runStep(code, { run: "./a.ts#add" }, { params: { a: 1, b: 2 }, exports })).toBe("step 3");
    expect(await runStep(code, { run: "./a.ts#count" }, { exports })).toBe(2);
    const args = { run: "./a.ts#join", args: ["b", "a"] };
    expect(await runStep(code, args, { params: { a: 1, b: 2 }, exports })).toBe("21step");
    expect((await failure(code, { run: "./a.ts#wrong" }, { exports })).message).toMatch(/is a number, not a function/);
  });
  test("a reference that leads nowhere is told at load", () => {
    const checkReference = () => ({ message: "./a.ts exports no ad.", nearest: "add" });
    expect(problemsOf(code, { run: "./a.ts#ad" }, { checkReference })).toMatchObject([
      { path: ["run"], nearest: "add" },
    ]);
  });
});
