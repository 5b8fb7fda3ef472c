/** `simulate` finds what is planted here, tells the path, and replays it. */
import { simulate } from "@millrace/testing";
import { and, Flow, FlowError, listen, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";

/** How a simulation fails; it must fail. */
async function failureOf(simulation: Promise<unknown>): Promise<FlowError<"SIMULATION_FAILED">> {
  const error = await simulation.then(
    () => new Error("it found nothing"),
    (thrown: unknown) => thrown,
  );
  if (!FlowError.is(error, "SIMULATION_FAILED")) throw error;
  return error;
}

const must = (holds: boolean, what: string) => {
  if (!holds) throw new Error(what);
};

describe("races", () => {
  test("parallel steps write the same variable outside of the flow", async () => {
    let last = "";
    class Sides extends Flow {
      @start() left() {
        last = "left";
      }
      @start() right() {
        last = "right";
      }
      @listen(and("left", "right")) join() {
        return last;
      }
    }
    const check = ({ output }: { output: unknown }) => must(output === "right", `it is ${output}`);
    const options = { setup: () => (last = ""), check, crashes: 0 };
    const failure = await failureOf(simulate(Sides, options));
    expect(failure.message).toContain("it is left");
    expect(failure.details.path.filter((line) => line.startsWith("run"))).toEqual([
      "run right#1",
      "run left#1",
      "run join#1",
    ]);
    const { replay } = failure.details;
    expect(replay).toBe("1");
    expect(failure.hint).toContain('replay: "1"');
    expect((await failureOf(simulate(Sides, { ...options, replay }))).details).toEqual(failure.details);
    expect(await simulate(Sides, { ...options, replay: "0" })).toMatchObject({ paths: 1, exhaustive: false });
  });

  test("a step relies on its sibling having finished", async () => {
    const cache = new Map<string, number>();
    class Prices extends Flow {
      @start() load() {
        cache.set("lamp", 5);
      }
      @start() price() {
        return cache.get("lamp")! * 2;
      }
    }
    const check = ({ outputs }: { outputs: { price?: number } }) =>
      must(outputs.price === 10, `price ${outputs.price}`);
    const failure = await failureOf(simulate(Prices, { setup: () => cache.clear(), check, crashes: 0 }));
    expect(failure.message).toContain("price NaN");
  });

  test("two steps read, wait, and write the same outside", async () => {
    let stock = 10;
    const take = async () => {
      const before = stock;
      await new Promise(setImmediate);
      stock = before - 1;
    };
    class Taking extends Flow {
      @start() one() {
        return take();
      }
      @start() two() {
        return take();
      }
    }
    const options = { setup: () => (stock = 10), check: () => must(stock === 8, `${stock} left`), crashes: 0 };
    const failure = await failureOf(simulate(Taking, options));
    expect(failure.message).toContain("9 left");
    expect(failure.details.path).toContain("run one#1, two#1 at the same time");
  });

  test("an update is lost by a merge rule that lets the last one win", async () => {
    class Count extends Flow<typeof Count> {
      static state = z.object({ n: z.number().default(0) });
      static merge = { n: "lastWrite" } as const;
      @start() one() {
        this.state.n++;
      }
      @start() two() {
        this.state.n++;
      }
    }
    const failure = await failureOf(simulate(Count, { check: ({ state }) => must(state.n === 2, `n is ${state.n}`) }));
    expect(failure.message).toContain("n is 1");
    // nobody looks, but a crash gives another answer
    const unseen = await failureOf(simulate(Count));
    expect(unseen.message).toContain("after a crash the state is { n: 2 }, without one { n: 1 }");
    class Sum extends Count {
      static override merge = { n: "sum" } as never;
    }
    expect(await simulate(Sum, { check: ({ state }) => must(state.n === 2, `n is ${state.n}`) })).toMatchObject({
      exhaustive: true,
    });
  });
});

describe("crashes", () => {
  const charges: string[] = [];
  const setup = () => charges.splice(0);
  const check = () => must(charges.length === 1, `charged ${charges.length} times`);

  test("a side effect is done twice", async () => {
    class Order extends Flow {
      @start() charge() {
        charges.push("5");
      }
      @listen("charge") ship() {}
    }
    const failure = await failureOf(simulate(Order, { setup, check }));
    expect(failure.message).toContain("charged 2 times");
    expect(failure.details).toMatchObject({ replay: "0!2-" });
    expect(failure.details.path).toEqual([
      "  commit 1: started",
      "run charge#1",
      "finish charge#1",
      "CRASH at commit 2, before this commit was stored",
      "a new process resumes the run",
      "run charge#1",
      "finish charge#1",
      "  commit 3: charge#1 completed",
      "run ship#1",
      "finish ship#1",
      "  commit 4: ship#1 completed",
      "  commit 5: ended: completed",
      "the run is completed",
    ]);
    const again = await failureOf(simulate(Order, { setup, check, replay: "0!2-" }));
    expect(again.message.split("\n").slice(1)).toEqual(failure.message.split("\n").slice(1));
  });

  test("with an idempotency key it is not", async () => {
    const paid = new Set<string>();
    class Order extends Flow {
      @start() async charge() {
        await this.once("charge", () => void paid.add(this.call.idempotencyKey));
      }
      @listen("charge") ship() {
        return paid.size;
      }
    }
    const seen = await simulate(Order, { setup: () => paid.clear(), check: () => must(paid.size === 1, "paid") });
    expect(seen).toMatchObject({ orders: 1, exhaustive: true });
    // create, once, two completions, the end: before and after each of them, and again in the process that goes on
    expect(seen.crashed).toBeGreaterThan(30);
  });

  test("a step counts its attempts outside: another output", async () => {
    let calls = 0;
    class Counted extends Flow {
      @start() count() {
        return ++calls;
      }
      @listen("count") end(n: number) {
        return n;
      }
    }
    const failure = await failureOf(simulate(Counted, { setup: () => (calls = 0) }));
    expect(failure.message).toContain("after a crash the output is 2, without one 1");
    expect(await simulate(Counted, { setup: () => (calls = 0), sameAfterCrash: false })).toMatchObject({ orders: 1 });
  });
});
