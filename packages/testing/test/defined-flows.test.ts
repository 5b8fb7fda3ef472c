import { runFlow, simulate } from "@millrace/testing";
import { type FlowShape, flow, flowClass } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const Built = flow("built")
  .input(z.object({ n: z.number() }))
  .state(z.object({ sum: z.number().default(0) }))
  .merge({ sum: "sum" })
  .step("left", ({ n }: { n: number }, { state }) => {
    state.sum += n;
    return n;
  })
  .step("right", async ({ n }: { n: number }, { state }) => {
    state.sum += 10 * n;
    return 10 * n;
  })
  .step(
    "both",
    ({ l, r }: { l: number; r: number }) => ({ both: l + r }),
    ({ left, right }) => ({ l: left, r: right }),
  )
  .toClass();

type Shape = FlowShape<{ n: number }, object, number, { half: number }>;
const Defined = flowClass<Shape>({
  name: "defined",
  inputs: z.object({ n: z.number() }),
  signals: new Map(),
  steps: [
    {
      name: "half",
      starts: true,
      conditions: [],
      router: false,
      invoke: (_flow, given) => (given as { n: number }).n / 2,
    },
  ],
});

describe("flows without a class of their own", () => {
  test("are run by the kit, with steps replaced", async () => {
    const run = await runFlow(Built, { inputs: { n: 2 }, replace: { left: () => 5 } });
    expect(run).toMatchObject({ status: "completed", output: { both: 25 }, outputs: { left: 5, right: 20 } });
    expect(await runFlow(Defined, { inputs: { n: 2 } })).toMatchObject({ output: 1 });
    // @ts-expect-error half is a number
    expect(await runFlow(Defined, { inputs: { n: 2 }, replace: { half: () => "x" } })).toBeDefined();
    // @ts-expect-error there is no such step
    await expect(runFlow(Defined, { inputs: { n: 2 }, replace: { hlaf: () => 1 } })).rejects.toThrow(/"hlaf"/);
  });

  test("what replaces a built step is given its parameters, checked, and once per element", async () => {
    const seen: unknown[] = [];
    const Priced = flow("priced")
      .input(z.object({ cents: z.number() }))
      .step("list", ({ cents }) => [cents, 2 * cents])
      .step(
        "tax",
        (given: { cents: number; rate: string }) => given.cents,
        ({ item }) => ({ cents: item, rate: "low" }),
        {
          forEach: "list",
          params: z.object({ cents: z.number().transform((n) => n + 1), rate: z.string() }),
        },
      )
      .step(
        "sum",
        ({ all }: { all: number[] }) => all.length,
        ({ tax }) => ({ all: tax }),
      )
      .toClass();
    const run = await runFlow(Priced, {
      inputs: { cents: 10 },
      replace: {
        tax: (given, index) => {
          seen.push([given, index]);
          return 7;
        },
        sum: ({ all }: { all: number[] }) => all.reduce((sum, one) => sum + one, 0),
      },
    });
    expect(run.output).toBe(14);
    expect(seen).toEqual([
      [{ cents: 11, rate: "low" }, 0],
      [{ cents: 21, rate: "low" }, 1],
    ]);
  });

  test("come to one end in every order and after a crash at every commit", async () => {
    const ends = new Set<string>();
    await simulate(Built, {
      inputs: { n: 1 },
      crashes: 1,
      check: ({ output, state }) => void ends.add(JSON.stringify([output, state])),
    });
    expect([...ends]).toEqual([JSON.stringify([{ both: 11 }, { sum: 11 }])]);
  });
});
