/** Steps that are handed several items at once. */
import { describe, expect, test } from "vitest";
import type { Read } from "./item-step.js";
import { all, double, fail, list, outputOf, show, step } from "./testing/sample-items.js";

describe("batches", () => {
  const seen: unknown[] = [];
  const batch = step(
    "double",
    ({ list: ns }) => {
      seen.push(ns);
      return ns.includes(3) ? fail("three") : ns.map((n: number) => n * 2);
    },
    { reads: ["list"], batch: 2, workers: 1 },
  );

  test("lists of items in, a result for each out; one that fails takes its items along", async () => {
    seen.length = 0;
    expect(await outputOf([list, batch, { ...show, reads: ["double", "list"] }, all], [1, 2, 3, 6, 7])).toEqual({
      items: ["<2>", "<4>", "<14>"],
      errors: [
        { index: 2, step: "double", code: "STEP_FAILED", message: 'Step "double" failed: three' },
        { index: 3, step: "double", code: "STEP_FAILED", message: 'Step "double" failed: three' },
      ],
    });
    expect(seen).toEqual([[1, 2], [3, 6], [7]]);
  });

  test("batches of batches, and behind single items", async () => {
    const again = step("show", ({ double: ns, list: ms }) => ns.map((n: number, i: number) => `${ms[i]}:${n}`), {
      reads: ["double", "list"],
      batch: 3,
    });
    expect(await outputOf([list, batch, again, { ...all, failed: "drop" }], [1, 2, 3, 4, 5])).toEqual([
      "1:2",
      "2:4",
      "5:10",
    ]);
    expect(await outputOf([list, double, again, { ...all, failed: "drop" }], [1, 2, 3, 4, 5])).toEqual([
      "1:2",
      "2:4",
      "4:8",
      "5:10",
    ]);
  });

  test("`when` is asked for each item, and what it leaves out is not handed over", async () => {
    seen.length = 0;
    const some = {
      ...batch,
      reads: ["list"],
      whenReads: ["list", "input"],
      when: ({ list: n, input }: any) => n % 2 === 1 + input.add,
    };
    expect(await outputOf([list, some, show, { ...all, failed: "drop" }], [1, 2, 5, 6, 7])).toEqual([
      "<2>",
      "<10>",
      "<14>",
    ]);
    expect(seen).toEqual([[1, 5], [7]]);
    const broken = { ...batch, when: ({ list: n }: any) => (n === 2 ? fail("two") : true), whenReads: ["list"] };
    expect(await outputOf([list, broken, show, all], [1, 2])).toMatchObject({
      items: ["<2>"],
      errors: [{ index: 1, step: "double", code: "STEP_WHEN_FAILED" }],
    });
  });

  test("of items whose lists were laid end to end", async () => {
    const inner = step("inner", ({ list: text }) => text.split(""), { reads: ["list"], items: "explode" });
    const pairs = step(
      "show",
      ({ inner: letters, list: texts }) => letters.map((one: string, i: number) => one + texts[i]),
      {
        reads: ["inner", "list"],
        batch: 2,
        whenReads: ["inner"],
        when: ({ inner: letter }: Read) => letter !== "b",
      },
    );
    const end = step("all", ({ show: text, list: whole }) => text + whole, {
      reads: ["show", "list"],
      items: "collect",
      failed: "drop",
    });
    expect(await outputOf([list, inner, pairs, end], ["abc", "d"])).toEqual(["aabcabc", "cabcabc", "ddd"]);
  });

  test.each([
    [() => [1], /2 elements at once, and returned 1 results/],
    [() => "x", /returned something that is no list/],
  ])("a result that is not one for each is told", async (run, message) => {
    const wrong = step("double", run, { reads: ["list"], batch: 2 });
    const { errors } = (await outputOf([list, wrong, show, all], [1, 2])) as {
      errors: { code: string; message: string }[];
    };
    expect(errors).toMatchObject([{ index: 0, code: "STEP_BATCH_INVALID" }, { index: 1 }]);
    expect(errors[0]!.message).toMatch(message);
  });
});
