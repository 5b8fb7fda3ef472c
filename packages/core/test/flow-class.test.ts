import {
  type CallSources,
  Flow,
  type FlowDefinition,
  FlowError,
  type FlowShape,
  flowClass,
  listen,
  MemoryPersistence,
  type StepDefinition,
  start,
  unchecked,
} from "millrace";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";

const name = (of: string) => ({ kind: "name", name: of }) as const;

/** A step that starts where no condition is given. */
const step = (of: string, invoke: StepDefinition["invoke"], more: Partial<StepDefinition> = {}): StepDefinition => ({
  name: of,
  starts: !more.conditions,
  conditions: [],
  router: false,
  invoke,
  ...more,
});

const orders: FlowDefinition = {
  name: "Orders",
  version: "3",
  inputs: z.object({ sku: z.string(), count: z.number().default(1) }),
  state: z.object({ seen: z.array(z.string()).default([]) }),
  output: z.object({ sent: z.number() }),
  signals: new Map(),
  keepsInputs: true,
  steps: [
    step("reserve", (flow, inputs) => {
      (flow as Flow<{ seen: string[] }>).state.seen.push("reserve");
      return (inputs as { count: number }).count;
    }),
    step(
      "send",
      (_flow, _payload, { inputs, output }) => ({
        sent: (output("reserve") as number) + (inputs as { count: number }).count,
      }),
      {
        conditions: [name("reserve")],
        origin: { reference: "./send.ts#send", description: "Sends it.", file: "send.ts", line: 3, column: 1 },
      },
    ),
  ],
};

class OrdersByClass extends Flow {
  static flowName = "Orders";
  @start() reserve() {
    return 1;
  }
  @listen("reserve") send(count: number) {
    return { sent: count };
  }
}

describe("a flow made of a definition", () => {
  test("runs, and is planned, drawn, listed and resumed like a class", async () => {
    const Orders = flowClass(orders);
    const persistence = new MemoryPersistence();
    const flow = new Orders({ persistence });
    const result = await flow.kickoff({ sku: "a", count: 2 }, { id: "one" });
    expect(result).toMatchObject({ status: "completed", output: { sent: 4 }, outputs: { reserve: 2 } });
    expect(result.state).toEqual({ seen: ["reserve"] });
    expect(flow).toBeInstanceOf(Flow);
    expect(Orders.name).toBe("Orders");
    expect(Orders.plan()).toMatchObject({ flow: "Orders", version: "3" });
    expect(Orders.plot()).toContain("reserve");
    expect((await new (flowClass(orders))({ persistence }).resume("one")).output).toEqual({ sent: 4 });
    expect((await flow.runs.list()).runs.map(({ id }) => id)).toEqual(["one"]);
  });

  test("has the hash of the class that is wired alike: origin and inputs that are kept are no part of it", () => {
    expect(flowClass(orders).plan().hash).toBe(OrdersByClass.plan().hash);
  });

  test("checks its inputs", async () => {
    await expect(new (flowClass(orders))().kickoff({ count: 2 })).rejects.toMatchObject({ code: "RUN_INPUTS_INVALID" });
  });

  test("what is no definition is refused at once, with all that is wrong", () => {
    const refused = (definition: unknown) => {
      try {
        flowClass(definition as FlowDefinition);
      } catch (error) {
        if (FlowError.is(error, "DEFINITION_DATA_INVALID"))
          return error.details.problems.map(({ path }) => path.join("."));
        throw error;
      }
    };
    expect(refused(undefined)).toEqual([""]);
    expect(refused({})).toEqual(["name", "signals", "steps"]);
    expect(refused({ ...orders, steps: [null, {}] })).toEqual([
      "steps.0",
      "steps.1.name",
      "steps.1.conditions",
      "steps.1.invoke",
    ]);
  });

  test("its problems are told as those of a class", () => {
    const broken = { ...orders, steps: [...orders.steps, step("state", () => 0, { conditions: [name("sent")] })] };
    const error = problemsOf(() => flowClass(broken).plan());
    expect(error.map(({ code }) => code).sort()).toEqual(["PLAN_RESERVED_NAME", "PLAN_UNKNOWN_TRIGGER"]);
  });

  test("is run as a part of another", async () => {
    const Orders = flowClass<FlowShape<{ sku: string }, object, { sent: number }>>(orders);
    class Shop extends Flow {
      @start() buy() {
        return this.runFlow(Orders, { sku: "a" });
      }
    }
    const { output } = await new Shop().kickoff();
    expect(output).toEqual({ sent: 2 });
  });

  test("two of one name do not touch", async () => {
    const other = flowClass({ ...orders, steps: [step("reserve", () => ({ sent: 7 }))] });
    const one = await new (flowClass(orders))().kickoff({ sku: "a" });
    expect([one.output, (await new other().kickoff({ sku: "a" })).output]).toEqual([{ sent: 2 }, { sent: 7 }]);
  });
});

describe("a class that extends one", () => {
  class Logged extends flowClass(orders) {
    @listen(unchecked<{ sent: number }>("send")) log({ sent }: { sent: number }) {
      return { sent: sent + 100 };
    }
  }

  test("has its steps, schemas and name", async () => {
    const result = await new Logged().kickoff({ sku: "a" });
    expect(result).toMatchObject({ output: { sent: 102 }, state: { seen: ["reserve"] } });
    expect(Logged.plan()).toMatchObject({
      flow: "Orders",
      steps: [{ name: "reserve" }, { name: "send" }, { name: "log" }],
    });
    expect(flowClass(orders).plan().steps).toHaveLength(2);
  });

  test("a step of its own stands in the place of the one that it overrides", async () => {
    class Other extends flowClass(orders) {
      static flowName = "Other";
      @start() reserve() {
        return 10;
      }
    }
    expect(Other.plan()).toMatchObject({ flow: "Other", steps: [{ name: "reserve" }, { name: "send" }] });
    expect((await new Other().kickoff({ sku: "a" })).output).toEqual({ sent: 11 });
  });
});

describe("what a call finds beside its payload", () => {
  const asked: unknown[] = [];
  const note = (_: unknown, __: unknown, { trigger, index, inputs, output }: CallSources) => {
    asked.push([trigger, index, inputs, output("list"), output("nothing")]);
    return true;
  };
  const watched = (keepsInputs: boolean): FlowDefinition => ({
    name: "Watched",
    signals: new Map(),
    inputs: z.object({ n: z.number() }),
    keepsInputs,
    steps: [
      step("list", () => ["x"]),
      step("each", note, { conditions: [name("list")], when: note, forEach: { concurrency: 1, onError: "fail" } }),
    ],
  });

  test("is given to `when` and to the step", async () => {
    asked.length = 0;
    await new (flowClass(watched(true)))().kickoff({ n: 1 });
    expect(asked).toEqual([
      ["list", 0, { n: 1 }, ["x"], undefined],
      ["list", 0, { n: 1 }, ["x"], undefined],
    ]);
  });

  test("the inputs only where they are kept", async () => {
    asked.length = 0;
    await new (flowClass(watched(false)))().kickoff({ n: 1 });
    expect(asked[0]).toEqual(["list", 0, undefined, ["x"], undefined]);
  });
});

test("types: what is known of it, and what is not", () => {
  const Typed =
    flowClass<FlowShape<{ sku: string }, { seen: string[] }, { sent: number }, { send: { sent: number } }>>(orders);
  type Run = Extract<Awaited<ReturnType<InstanceType<typeof Typed>["resume"]>>, { status: "completed" }>;
  expectTypeOf<Run["output"]>().toEqualTypeOf<{ sent: number }>();
  expectTypeOf<Run["outputs"]["send"]>().toEqualTypeOf<{ sent: number } | undefined>();
  expectTypeOf<Run["state"]["seen"]>().toEqualTypeOf<readonly string[]>();
  // @ts-expect-error sku is a string
  const wrong = () => new Typed().kickoff({ sku: 1 });
  // @ts-expect-error and it is needed
  const missing = () => new Typed().kickoff();
  const loose = () => new (flowClass(orders))().kickoff({ anything: 1 });
  expectTypeOf<
    Extract<Awaited<ReturnType<typeof loose>>, { status: "completed" }>["output"]
  >().toEqualTypeOf<unknown>();
  expect([wrong, missing, loose]).toHaveLength(3);
});

function problemsOf(make: () => unknown): readonly { readonly code: string }[] {
  try {
    make();
  } catch (error) {
    if (FlowError.is(error, "PLAN_INVALID")) return error.details.problems;
    throw error;
  }
  return [];
}
