import { simulate } from "@millrace/testing";
import { MemoryPersistence } from "millrace";
import { describe, expect, test } from "vitest";
import type { ItemStep, Read } from "./item-step.js";
import { all, double, fail, items, list, type Made, outputOf, show, step } from "./testing/sample-items.js";

test("each item goes its way, in order; one that fails passes by the rest, and is reported", async () => {
  expect(await outputOf([list, double, show, all], [1, 2, 3, 4, 5])).toEqual({
    items: ["<2>", "<4>", "<10>"],
    errors: [
      { index: 2, step: "double", code: "STEP_FAILED", message: 'Step "double" failed: three' },
      { index: 3, step: "show", code: "STEP_FAILED", message: 'Step "show" failed: eight' },
    ],
  });
});

test("the plan has no more steps than the document where no more are needed", () => {
  expect(
    items([list, double, show, all])
      .plan()
      .steps.map(({ name }) => name),
  ).toEqual(["list", "double", "show", "all"]);
});

test("nor where one reads what steps before have made, or takes several at once", () => {
  const batch = step("long", ({ double: ns }) => ns, { reads: ["double", "list"], batch: 3 });
  const back = step("back", ({ double: n }) => n, { reads: ["double", "list", "long"] });
  expect(
    items([list, double, batch, show, back, all])
      .plan()
      .steps.map(({ name }) => name),
  ).toEqual(["list", "double", "long", "show", "back", "all"]);
});

test("an empty list is fine", async () => {
  expect(await outputOf([list, double, show, all], [])).toEqual({ items: [], errors: [] });
  const batch = step("double", ({ list: ns }) => ns, { reads: ["list"], batch: 3 });
  expect(await outputOf([list, batch, { ...show, reads: ["double", "list"] }, all], [])).toEqual({
    items: [],
    errors: [],
  });
});

test("failed items are dropped, or fail the run", async () => {
  expect(await outputOf([list, double, show, { ...all, failed: "drop" }], [1, 3])).toEqual(["<2>"]);
  const failing = outputOf([list, double, show, { ...all, failed: "fail" }], [3, 1, 3]);
  await expect(failing).rejects.toMatchObject({
    code: "STEP_ITEMS_FAILED",
    details: {
      errors: [
        { index: 0, step: "double" },
        { index: 2, step: "double" },
      ],
    },
  });
});

describe("what a step may read", () => {
  const third = (reads: string[], more: Made = {}) =>
    step(
      "third",
      (values: Read) =>
        Object.keys(values)
          .sort()
          .map((name) => `${name}=${JSON.stringify(values[name])}`)
          .join(" "),
      { reads, ...more },
    );
  const collect = step("all", ({ third: text }) => text, { reads: ["third"], items: "collect", failed: "drop" });

  test.each([
    [["list"], "list=1"],
    [["show", "list"], 'list=1 show="<2>"'],
    [["show", "double", "list"], 'double=2 list=1 show="<2>"'],
    [["double"], "double=2"],
  ])("%j", async (reads, text) => {
    expect(await outputOf([list, double, show, third(reads), collect], [3, 1])).toEqual([text]);
  });

  test("inputs and steps before, which are waited for", async () => {
    const slow = step("slow", () => new Promise((done) => setTimeout(() => done("late"), 20)));
    const flow = [slow, list, double, third(["double", "slow", "input"]), collect];
    expect(await outputOf(flow, [1])).toEqual(['double=2 input={"list":[1],"add":0} slow="late"']);
  });

  test("what is collected may be made of all of them", async () => {
    const pair = step("all", ({ list: n, show: text, slow }) => [n, text, slow], {
      reads: ["list", "show", "slow"],
      items: "collect",
      failed: "drop",
    });
    const slow = step("slow", () => new Promise((done) => setTimeout(() => done("late"), 20)));
    expect(await outputOf([slow, list, double, show, pair], [1, 2])).toEqual([
      [1, "<2>", "late"],
      [2, "<4>", "late"],
    ]);
  });
});

describe("when, per item", () => {
  test.each([
    ["of the item", { whenReads: ["list"], when: ({ list: n }: Read) => n === 2 }],
    ["of the step before", { whenReads: ["double"], when: ({ double: n }: Read) => n === 4 }],
    [
      "of both, and the inputs",
      {
        whenReads: ["double", "list", "input"],
        when: ({ double: n, list: m, input }: any) => n === 4 && m === 2 && input.add === 0,
      },
    ],
  ])("%s", async (_what, more) => {
    expect(await outputOf([list, double, { ...show, ...more } as ItemStep, all], [1, 2, 3])).toMatchObject({
      items: ["<4>"],
      errors: [{ index: 2 }],
    });
  });

  test("in the first step", async () => {
    const odd = { ...double, whenReads: ["list"], when: ({ list: n }: any) => n % 2 === 1 };
    expect(await outputOf([list, odd, show, all], [1, 2, 5])).toEqual({ items: ["<2>", "<10>"], errors: [] });
  });
});

describe("lists in lists", () => {
  const inner = step("inner", ({ list: text }) => (text === "" ? fail("nothing") : text.split("")), {
    reads: ["list"],
    items: "explode",
  });
  const shout = step(
    "shout",
    ({ inner: letter, list: text }) => (letter === "x" ? fail("x") : `${letter.toUpperCase()}${text.length}`),
    { reads: ["inner", "list"] },
  );
  const end = step("all", ({ shout: text }) => text, { reads: ["shout"], items: "collect" });

  test("are laid end to end", async () => {
    expect(await outputOf([list, inner, shout, end], ["ab", "", "xc"])).toEqual({
      items: ["A2", "B2", "C2"],
      errors: [
        { index: 1, step: "inner", code: "STEP_FAILED", message: 'Step "inner" failed: nothing' },
        { index: [2, 0], step: "shout", code: "STEP_FAILED", message: 'Step "shout" failed: x' },
      ],
    });
    expect(
      await outputOf([list, inner, { ...end, run: ({ inner: letter }: any) => letter, reads: ["inner"] }], ["ab"]),
    ).toEqual({ items: ["a", "b"], errors: [] });
  });

  test("what is no list is the item's failure", async () => {
    const wrong = step("inner", () => 5, { reads: ["list"], items: "explode" });
    expect(await outputOf([list, wrong, shout, end], ["ab"])).toMatchObject({
      items: [],
      errors: [{ index: 0, code: "STEP_VALUE_INVALID" }],
    });
  });
});

test("10,000 items through three steps and a batch", { timeout: 120_000 }, async () => {
  const given = Array.from({ length: 10_000 }, (_, i) => i + 10);
  const batch = step("batch", ({ show: texts }) => texts, { reads: ["show"], batch: 100 });
  const end = step("all", ({ batch: text }) => text, { reads: ["batch"], items: "collect", failed: "drop" });
  const result = await outputOf([list, double, show, batch, end], given, { persistence: new MemoryPersistence() });
  expect(result).toEqual(given.map((n) => `<${n * 2}>`));
});

test("several streams in one flow, one behind the other", async () => {
  const again = step("again", ({ all: { items: texts } }) => texts, { reads: ["all"], items: "explode" });
  const cut = step("cut", ({ again: text }) => text.slice(1, -1), { reads: ["again"] });
  const end = step("end", ({ cut: text }) => text, { reads: ["cut"], items: "collect", failed: "drop" });
  expect(await outputOf([list, double, show, all, again, cut, end], [1, 3, 5])).toEqual(["2", "10"]);
});

test("in every order, and killed at every commit: each item once, and the same result", {
  timeout: 60_000,
}, async () => {
  const calls = new Map<string, number>();
  const counted = (name: string, made: ItemStep): ItemStep => ({
    ...made,
    run: (values, tools) => {
      calls.set(`${name} ${tools.call.idempotencyKey}`, (calls.get(name) ?? 0) + 1);
      return made.run(values, tools);
    },
  });
  const batch = step("double", ({ list: ns }) => ns.map((n: number) => n * 2), {
    reads: ["list"],
    batch: 2,
    workers: 1,
  });
  const seen = await simulate(
    items([list, counted("double", batch), counted("show", { ...show, reads: ["double"] }), all]),
    {
      inputs: { list: [1, 4, 5] },
      setup: () => calls.clear(),
      runs: 60,
      check: ({ output }) => {
        expect(output).toMatchObject({ items: ["<2>", "<10>"], errors: [{ index: 1, step: "show" }] });
        expect([...calls.keys()].filter((call) => call.startsWith("double"))).toHaveLength(2);
        expect([...calls.keys()].filter((call) => call.startsWith("show"))).toHaveLength(3);
      },
    },
  );
  expect(seen.crashed).toBeGreaterThan(10);
});
