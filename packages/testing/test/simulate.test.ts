/** `simulate`: crashes, what it takes for wrong, and what it refuses. */
import assert from "node:assert/strict";
import { simulate } from "@millrace/testing";
import { and, Flow, FlowError, failed, listen, router, signal, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const refused = async (simulation: Promise<unknown>): Promise<FlowError> => {
  const error = await simulation.catch((thrown: unknown) => thrown);
  if (!FlowError.is(error)) throw error;
  return error;
};

describe("crashes", () => {
  class Purchase extends Flow<typeof Purchase> {
    static state = z.object({ log: z.array(z.string()).default([]) });
    static merge = { log: "union" } as const;
    @start() async request() {
      const id = await this.once("id", () => "r1");
      await this.sleep("1h");
      this.state.log.push(id);
    }
    @start({ retry: { attempts: 2, delay: "1m" } }) stock() {
      if (this.call.attempt === 1) throw new Error("busy");
      this.state.log.push("stock");
    }
    @router(and("request", "stock", signal("decision")), { routes: ["yes", "no"] }) decide() {
      return this.state.log.includes("stock") ? "yes" : "no";
    }
    @listen("yes") async order() {
      const colour = await this.ask("Which colour?");
      this.state.log.push(colour);
      return this.state.log.length;
    }
    @listen("no") decline() {}
    @listen(failed("stock")) excuse() {}
  }

  test("at every commit, twice: everything comes out the same", { timeout: 60_000 }, async () => {
    const seen = await simulate(Purchase, {
      signals: [{ signal: "decision", after: "stock" }],
      answers: { order: "red" },
      check: ({ status, output, state, error }) => {
        expect(error).toBeUndefined();
        expect(status).toBe("completed");
        expect(output).toBe(3);
        expect([...state.log].sort()).toEqual(["r1", "red", "stock"]);
      },
      invariant: ({ log }) => expect(log.length).toBeLessThan(4),
      runs: 120,
    });
    expect(seen.crashed).toBeGreaterThan(70);
    expect(seen.coverage.missing.map(({ from, to }) => `${from} ${to}`)).toEqual(["decide decline", "stock excuse"]);
  });

  test("every commit is crashed at, before and after, where that is all there is", async () => {
    const crashed = new Set<string>();
    class Two extends Flow {
      @start() a() {}
      @listen("a") b() {}
    }
    const seen = await simulate(Two, {
      crashes: 1,
      check: ({ history }) => void crashed.add(history.map(({ entry }) => entry.type).join()),
    });
    // created, two completions, the end
    expect(seen).toMatchObject({ orders: 1, crashed: 8, paths: 9, exhaustive: true });
    expect([...crashed]).toEqual(["started,completed,completed,ended"]);
  });

  test("a failed run is told as it failed, after a crash too", async () => {
    class Failing extends Flow {
      @start() fine() {}
      @listen("fine") broken() {
        throw new Error("always");
      }
    }
    const statuses = new Set<string>();
    await simulate(Failing, { check: ({ status, error }) => void statuses.add(`${status} ${error?.code}`) });
    expect([...statuses]).toEqual(["failed STEP_FAILED"]);
    expect(await refused(simulate(Failing))).toMatchObject({
      code: "SIMULATION_FAILED",
      message: expect.stringContaining('the run fails: Step "broken" failed: always'),
    });
  });
});

describe("what it refuses", () => {
  test("a flow that does not repeat itself", async () => {
    let paths = 0;
    class Fickle extends Flow {
      @start() a() {}
      @start() b() {}
      @router("a", { routes: ["x", "y"] }) pick() {
        return paths % 2 === 0 ? "x" : "y";
      }
      @listen("x") one() {}
      @listen("y") two() {}
    }
    const error = await refused(simulate(Fickle, { setup: () => void paths++, crashes: 0 }));
    expect(error).toMatchObject({ code: "SIMULATION_NOT_REPEATABLE", message: expect.stringContaining("run one#1") });
  });

  test("a step that never returns; a limit of its own ends it", { timeout: 30_000 }, async () => {
    class Hanging extends Flow {
      @start() async hang() {
        await new Promise(() => {});
      }
    }
    const stuck = await refused(simulate(Hanging, { crashes: 0 }));
    expect(stuck).toMatchObject({ code: "SIMULATION_STUCK", details: { working: ["hang#1"] } });
    class Limited extends Flow {
      @start({ timeout: "1d" }) async hang() {
        await new Promise(() => {});
      }
      @listen(failed("hang")) handle() {}
    }
    expect(await simulate(Limited, { crashes: 0 })).toMatchObject({ orders: 1, exhaustive: true });
  });

  test("a step that waits for something outside while the machine stands still is not taken for one that hangs", async () => {
    class Outside extends Flow {
      @start() async read() {
        setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_200), 1_300);
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        return "read";
      }
    }
    expect(await simulate(Outside, { crashes: 0 })).toMatchObject({ paths: 1, exhaustive: true });
  });

  test("an invariant that does not hold in between", async () => {
    class Dip extends Flow<typeof Dip> {
      static state = z.object({ balance: z.number().default(1) });
      @start() out() {
        this.state.balance -= 2;
      }
      @listen("out") back() {
        this.state.balance += 2;
      }
    }
    const invariant = ({ balance }: { readonly balance: number }) => {
      if (balance < 0) throw new Error(`in debt: ${balance}`);
    };
    const error = await refused(simulate(Dip, { invariant }));
    expect(error).toMatchObject({ code: "SIMULATION_FAILED", message: expect.stringContaining("in debt: -1") });
  });

  test("the values that an assertion tells on lines of their own", async () => {
    class Plain extends Flow {
      @start() greet() {
        return { name: "Ada", times: 1 };
      }
    }
    const told: readonly [(output: unknown) => void, string][] = [
      [(output) => assert.equal(output, 2), "strictly equal: { name: 'Ada', times: 1 } instead of 2\n"],
      [(output) => assert.deepEqual(Object.values(output as object).slice(1), [2]), ": [ 1 ] instead of [ 2 ]\n"],
      [() => assert.equal(1, 2), "Expected values to be strictly equal: 1 !== 2\n"],
      [() => assert.equal(1, 2, "counted:\none\nby one"), "counted: 1 instead of 2\n"],
    ];
    for (const [check, message] of told) {
      const error = await refused(simulate(Plain, { check: ({ output }) => check(output) }));
      expect(error.message).toContain(message);
    }
  });

  test("options that can't be, and inputs that do not fit", async () => {
    class Plain extends Flow<typeof Plain> {
      static state = z.object({ name: z.string() });
      @start() greet() {}
    }
    const inputs = { name: "Ada" };
    expect(await refused(simulate(Plain, { inputs, replay: "one" }))).toMatchObject({ code: "TEST_OPTION_INVALID" });
    expect(await refused(simulate(Plain, { inputs, signals: { go: 1 } }))).toMatchObject({
      code: "TEST_OPTION_INVALID",
    });
    expect(await refused(simulate(Plain, {}))).toMatchObject({ code: "RUN_INPUTS_INVALID" });
    expect(await refused(simulate(Plain, { inputs, replay: "7" }))).toMatchObject({
      code: "SIMULATION_NOT_REPEATABLE",
    });
  });
});

test("where there are too many paths, a seed says which; a failing one is told shorter, and replays", async () => {
  const wrote: string[] = [];
  class Wide extends Flow {
    @start() a() {
      wrote.push("a");
    }
    @start() b() {
      wrote.push("b");
    }
    @start() c() {
      wrote.push("c");
    }
    @start() d() {
      wrote.push("d");
    }
    @start() e() {
      wrote.push("e");
    }
    @start() f() {
      wrote.push("f");
    }
    @listen(and("a", "b", "c", "d", "e", "f")) join() {
      return wrote.join("");
    }
  }
  const setup = () => wrote.splice(0);
  const met = async (seed: number) => {
    const outputs: unknown[] = [];
    await simulate(Wide, { setup, seed, runs: 60, crashes: 0, check: ({ output }) => void outputs.push(output) });
    return outputs;
  };
  const one = await met(1);
  expect(await met(1)).toEqual(one);
  expect(await met(2)).not.toEqual(one);
  const check = ({ output }: { output: unknown }) => {
    if (String(output).startsWith("f")) throw new Error(`f came first: ${output}`);
  };
  const error = await refused(simulate(Wide, { setup, check, runs: 300, crashes: 0 }));
  const { replay } = error.details as { replay: string };
  expect(replay).toBe("5");
  const again = await refused(simulate(Wide, { setup, check, replay }));
  expect(again.details).toEqual(error.details);
});
