/** Steps that take several elements at once, and what elements have with them on their way. */
import { describe, expect, test } from "vitest";
import {
  batched,
  batches,
  collect,
  each,
  elements,
  Flow,
  FlowError,
  flowClass,
  forEach,
  listen,
  lowerFlow,
  type Settled,
  settled,
  start,
} from "../src/index.js";

describe("a step that is called for batches", () => {
  test("is handed lists of so many, fewer at the end; each element has its own result", async () => {
    const seen: unknown[] = [];
    class Batches extends Flow {
      @start() list() {
        return ["a", "b", "c", "d", "e"];
      }
      @forEach(batches("list", 2), { concurrency: 1 }) long(some: string[], index: number) {
        seen.push([...some, index, this.call.index]);
        return batched(some.map((one) => `${one}1`));
      }
      @forEach(elements("long", each("list"))) one({ long, list }: { long: string; list: string }, index: number) {
        return `${list}${long}${index}`;
      }
      @forEach(batches(elements("one", "long"), 4)) async again(some: { one: string; long: string }[]) {
        return batched(some.map(({ one, long }) => `${one}-${long}`));
      }
      @listen(collect("long")) longs(all: string[]) {
        return all;
      }
      @listen(collect("again")) all(all: string[]) {
        return all;
      }
      @listen(collect(settled("again"))) ends(all: Settled<string>[]) {
        return all.map(({ status }) => status);
      }
    }
    const { outputs } = await new Batches().kickoff();
    expect(seen).toEqual([
      ["a", "b", 0, 0],
      ["c", "d", 2, 2],
      ["e", 4, 4],
    ]);
    expect(outputs.longs).toEqual(["a1", "b1", "c1", "d1", "e1"]);
    expect(outputs.all).toEqual(["aa10-a1", "bb11-b1", "cc12-c1", "dd13-d1", "ee14-e1"]);
    expect(outputs.ends).toEqual(new Array(5).fill("completed"));
  });

  test("begins as soon as so many are there, while others are on their way; an empty list has none", async () => {
    let open = () => {};
    const opened = new Promise<void>((done) => {
      open = done;
    });
    const seen: string[] = [];
    class Early extends Flow {
      @start() list() {
        return [1, 2, 3, 4, 5];
      }
      @start() empty(): number[] {
        return [];
      }
      @forEach("list") async fetch(n: number) {
        if (n === 2) await opened;
        if (n === 5) throw new Error("five");
        return n;
      }
      @forEach(batches(elements("fetch"), 3)) store(some: number[]) {
        seen.push(some.join());
        open();
        return batched(some);
      }
      @listen(collect(settled("fetch"))) heard() {}
      @forEach(batches("empty", 3)) never(some: number[]) {
        return batched(some);
      }
      @listen(collect("never")) none(all: number[]) {
        return all;
      }
      @listen(collect("store")) all(all: number[]) {
        return all;
      }
    }
    const { outputs } = await new Early().kickoff();
    expect(seen).toEqual(["1,3,4", "2"]);
    expect(outputs.all).toEqual([1, 2, 3, 4]);
    expect(outputs.none).toEqual([]);
  });

  test.each([
    ["something that is no list", () => "abc"],
    ["1 results", (some: readonly number[]) => some.slice(1)],
  ])("fails with %s, and takes its elements along", async (made, results) => {
    let attempts = 0;
    class Wrong extends Flow {
      @start() list() {
        return [1, 2, 3, 4];
      }
      @forEach(batches("list", 2), { onError: "collect", retry: { attempts: 2, delay: 0 } }) some(some: number[]): any {
        attempts++;
        return some[0] === 3 ? results(some) : batched(some);
      }
      @forEach(elements("some")) next(n: number) {
        return n;
      }
      @listen(collect(settled("next"))) ends(all: Settled<number>[]) {
        return all.map((end) => (end.status === "failed" ? `${end.error.code} ${end.error.message}` : end.status));
      }
    }
    const { outputs } = await new Wrong().kickoff();
    const told = `STEP_BATCH_INVALID Step "some" was handed 2 elements at once, and returned ${made}.`;
    expect(outputs.ends).toEqual(["completed", "completed", told, told]);
    expect(attempts).toBe(3);
  });

  test("works on no more than so many batches at once; little waits before it", async () => {
    const peak = { now: 0, most: 0, waiting: 0, between: 0 };
    class Many extends Flow {
      @start() list() {
        return Array.from({ length: 1000 }, (_, n) => n);
      }
      @forEach("list", { concurrency: 8 }) async one(n: number) {
        await Promise.resolve();
        peak.between = Math.max(peak.between, ++peak.waiting);
        return n;
      }
      @forEach(batches(elements("one"), 10), { concurrency: 2 }) async ten(some: number[]) {
        peak.waiting -= some.length;
        peak.most = Math.max(peak.most, ++peak.now);
        await new Promise((done) => setImmediate(done));
        peak.now--;
        return batched(some.map((n) => n * 2));
      }
      @listen(collect("ten")) all(all: number[]) {
        return all;
      }
    }
    const { outputs } = await new Many().kickoff();
    expect(outputs.all).toEqual(Array.from({ length: 1000 }, (_, n) => n * 2));
    expect(peak.most).toBe(2);
    expect(peak.between).toBeLessThanOrEqual(2 * 10 + 8);
  });
});

test("without a class the same flow is the same plan", async () => {
  class Pairs extends Flow {
    static flowName = "pairs";
    @start() list() {
      return [1, 2, 3];
    }
    @forEach("list") one(n: number) {
      return n;
    }
    @forEach(batches(elements("one", each("list")), 2)) two(some: { one: number; list: number }[]) {
      return batched(some.map(({ one, list }) => one + list));
    }
    @listen(collect("two")) all(all: number[]) {
      return all;
    }
  }
  const lowered = lowerFlow({
    name: "pairs",
    steps: [
      { name: "list", run: () => [1, 2, 3] },
      { name: "one", run: (n: number) => n, on: "list", forEach: {} },
      {
        name: "two",
        run: (some: { one: number; list: number }[]) => some.map(({ one, list }) => one + list),
        on: { kind: "elements", step: "one", list: "list" },
        forEach: { batch: 2 },
      },
      { name: "all", run: (all: number[]) => all, on: collect("two") },
    ],
  });
  const Built = flowClass(lowered);
  expect(Built.plan().hash).toBe(Pairs.plan().hash);
  expect((await new Built().kickoff()).output).toEqual([2, 4, 6]);
});

test("batches stand alone, in forEach, of a number", () => {
  class Listening extends Flow {
    @start() list() {
      return [1];
    }
    // @ts-expect-error only forEach takes batches
    @listen(batches("list", 2)) some() {}
  }
  expect(() => Listening.plan()).toThrow(FlowError);
  class Endless extends Flow {
    @start() list() {
      return [1];
    }
    @forEach(batches("list", Number.POSITIVE_INFINITY)) some(some: number[]) {
      return batched(some);
    }
  }
  expect(() => Endless.plan()).toThrow('Option `batch` of step "some" is Infinity.');
});
