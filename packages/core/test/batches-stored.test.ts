/** Runs that stop with elements in batches: resumed, forked, under changed code, written down as data. */
import { describe, expect, test } from "vitest";
import {
  batched,
  batches,
  collect,
  each,
  elements,
  Flow,
  type FlowError,
  forEach,
  listen,
  MemoryPersistence,
  start,
} from "../src/index.js";
import { throughData } from "./support/through-data.js";

const failure = (run: Promise<unknown>): Promise<FlowError> =>
  run.then(
    () => expect.unreachable(),
    (thrown: FlowError) => thrown,
  );

describe("stored runs", () => {
  let called: string[] = [];
  let broken = -1;
  class Relay extends Flow {
    static flowName = "relay";
    @start() list() {
      return Array.from({ length: 40 }, (_, n) => n);
    }
    @forEach("list", { concurrency: 4, onError: "collect" }) async one(n: number) {
      if (n % 10 === 3) throw new Error("three");
      return { n };
    }
    @forEach(elements("one"), { concurrency: 2 }) async two({ n }: { n: number }) {
      return n * 100;
    }
    @forEach(batches(elements("two", "one", each("list")), 3), { concurrency: 2 })
    async three(some: { two: number; one: { n: number }; list: number }[]) {
      called.push(...some.map(({ list }) => `three ${list}`));
      if (some.some(({ list }) => list === broken)) throw new Error("not yet");
      return batched(some.map(({ two, one, list }) => two + one.n + list));
    }
    @forEach(elements("three", "two"), { concurrency: 1 }) async four({ three, two }: { three: number; two: number }) {
      if (two === broken * 100 + 1) throw new Error("not yet");
      return three - two;
    }
    @listen(collect("four")) all(all: number[]) {
      return all;
    }
  }
  const through = Array.from({ length: 40 }, (_, n) => n).filter((n) => n % 10 !== 3);
  const expected = through.map((n) => 2 * n);

  test("go on with the batches that had not committed, at every stop", async () => {
    for (const n of [0, 1, 17, 29, 39]) {
      called = [];
      broken = n;
      const persistence = new MemoryPersistence();
      const { runId: id } = await failure(new Relay({ persistence }).kickoff());
      const rows = await new Relay({ persistence }).runs.history(id!);
      const committed = rows.flatMap(({ entry }) =>
        entry.type === "completed" && entry.step === "three" ? (entry.output as readonly unknown[]) : [],
      ).length;
      broken = -1;
      called = [];
      const { outputs } = await new Relay({ persistence }).resume(id!);
      expect(outputs.all).toEqual(expected);
      expect(called.length).toBe(through.length - committed);
    }
  });

  test("are forked at every position", async () => {
    const persistence = new MemoryPersistence();
    const flow = new Relay({ persistence });
    const { id } = await flow.kickoff();
    const rows = await flow.runs.history(id);
    for (let i = 1; i < rows.length - 1; i += 13) {
      const { id: fork } = await flow.runs.fork(id, { at: rows[i]!.seq });
      expect((await flow.resume(fork)).outputs.all).toEqual(expected);
    }
  });

  test("are those of a flow that was written down as data, too", async () => {
    broken = -1;
    const make = await throughData((options) => new Relay(options));
    expect((await make({}).kickoff()).outputs).toMatchObject({ all: expected });
  });

  test("go on under other sizes, and not where batches became elements", async () => {
    broken = 20;
    const persistence = new MemoryPersistence();
    const { runId: id } = await failure(new Relay({ persistence }).kickoff());
    broken = -1;
    class Single extends Relay {
      static override flowName = "relay";
      @forEach(elements("two", "one", each("list"))) override async three(one: any): Promise<any> {
        return one;
      }
    }
    const error = await failure(new Single({ persistence }).resume(id!));
    expect(error).toMatchObject({ code: "PLAN_CHANGED", details: { differences: [{ step: "three" }] } });
    class Larger extends Relay {
      static override flowName = "relay";
      @forEach(batches(elements("two", "one", each("list")), 7)) override async three(some: any) {
        return super.three(some);
      }
    }
    expect((await new Larger({ persistence }).resume(id!)).outputs.all).toEqual(expected);
  });
});
