/** Runs that stop with elements between steps: resumed, forked, cancelled, under changed code. */
import { describe, expect, test } from "vitest";
import { collect, elements, Flow, FlowError, forEach, listen, MemoryPersistence, start } from "../src/index.js";

describe("stored runs with elements under way", () => {
  class Relay extends Flow {
    static flowName = "relay";
    @start() list() {
      return Array.from({ length: 60 }, (_, n) => n);
    }
    @forEach("list", { concurrency: 4, onError: "collect" }) async one(n: number) {
      called.push(`one ${n}`);
      if (n % 10 === 3) throw new Error("three");
      return { n };
    }
    @forEach(elements("one"), { concurrency: 2 }) async two({ n }: { n: number }, index: number) {
      called.push(`two ${n}`);
      if (n === broken) throw new Error("not yet");
      return n * 100 + index;
    }
    @forEach(elements("two"), { concurrency: 3 }) async three(n: number) {
      called.push(`three ${n}`);
      return n;
    }
    @listen(collect("three")) all(all: number[]) {
      return all;
    }
  }
  let called: string[] = [];
  let broken = -1;
  const expected = Array.from({ length: 60 }, (_, n) => n)
    .filter((n) => n % 10 !== 3)
    .map((n) => n * 101);

  async function stoppedAt(n: number) {
    called = [];
    broken = n;
    const persistence = new MemoryPersistence();
    const error = await new Relay({ persistence }).kickoff().then(
      () => expect.unreachable(),
      (thrown: FlowError) => thrown,
    );
    broken = -1;
    const id = error.runId!;
    const rows = await new Relay({ persistence }).runs.history(id);
    const committed = rows.flatMap(({ entry }) =>
      entry.type === "completed" && entry.index !== undefined ? [`${entry.step} ${entry.index}`] : [],
    );
    return { persistence, id, committed };
  }

  test("go on where each element stands, at every stop", async () => {
    for (const n of [0, 1, 29, 40, 59]) {
      const { persistence, id, committed } = await stoppedAt(n);
      called = [];
      const { outputs } = await new Relay({ persistence }).resume(id);
      expect(outputs.all).toEqual(expected);
      const again = called.map((call) => {
        const [step, value] = call.split(" ");
        return `${step} ${step === "three" ? Number(value) / 101 : value}`;
      });
      expect(again.filter((call) => committed.includes(call))).toEqual([]);
    }
  });

  test("are forked at every position, with elements under way", async () => {
    const persistence = new MemoryPersistence();
    const flow = new Relay({ persistence });
    const { id } = await flow.kickoff();
    const rows = await flow.runs.history(id);
    for (let i = 1; i < rows.length - 1; i += 17) {
      const { id: fork } = await flow.runs.fork(id, { at: rows[i]!.seq });
      const { outputs } = await flow.resume(fork);
      expect(outputs.all).toEqual(expected);
    }
  });

  test("go on under changed code in the middle; who joins in or changes place is told", async () => {
    const { persistence, id } = await stoppedAt(40);
    class Wider extends Flow {
      static flowName = "relay";
      @listen("all") after(all: number[]) {
        return all.length;
      }
      @forEach(elements("two"), { concurrency: 9 }) async three(n: number) {
        return n;
      }
      @start() list() {
        return [0];
      }
      @forEach(elements("one"), { concurrency: 5 }) async two({ n }: { n: number }, index: number) {
        return n * 100 + index;
      }
      @forEach("list", { onError: "collect" }) async one(n: number) {
        if (n % 10 === 3) throw new Error("three");
        return { n };
      }
      @listen(collect("three")) all(all: number[]) {
        return all;
      }
    }
    class Fewer extends Flow {
      static flowName = "relay";
      @start() list() {
        return [0];
      }
      @forEach("list", { onError: "collect" }) async one(n: number) {
        return { n };
      }
      @forEach(collect("one")) async two({ n }: { n: number }) {
        return n;
      }
      @forEach(elements("two")) async three(n: number) {
        return n;
      }
      @forEach(elements("one")) async beside() {}
      @listen(collect("three")) all(all: number[]) {
        return all;
      }
    }
    const error = await new Fewer({ persistence }).resume(id).then(
      () => expect.unreachable(),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(FlowError);
    expect(error).toMatchObject({ code: "PLAN_CHANGED" });
    expect((error as FlowError).message).toContain('elements("one")');
    expect((error as FlowError<"PLAN_CHANGED">).details.differences.map(({ step, what }) => `${step} ${what}`)).toEqual(
      expect.arrayContaining(["two condition", "beside added"]),
    );
    const { outputs } = await new Wider({ persistence }).resume(id);
    expect(outputs.all).toEqual(expected);
    expect(outputs.after).toBe(expected.length);
  });

  test("are cancelled and resumed in the middle", async () => {
    called = [];
    const persistence = new MemoryPersistence();
    const stop = new AbortController();
    const flow = new Relay({ persistence });
    flow.events.on("step.completed", ({ step, index }) => {
      if (step === "three" && index === 20) stop.abort();
    });
    const error = await flow.kickoff(undefined, { abortSignal: stop.signal }).then(
      () => expect.unreachable(),
      (thrown: FlowError) => thrown,
    );
    expect(error.code).toBe("RUN_CANCELLED");
    const before = called.length;
    expect(before).toBeLessThan(160);
    const { outputs } = await flow.resume(error.runId!);
    expect(outputs.all).toEqual(expected);
  });
});
