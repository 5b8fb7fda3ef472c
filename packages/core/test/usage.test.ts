/** What steps say that they have used: committed with them, summed up through runs inside of runs, the same after any stop. */
import { expect, test } from "vitest";
import { z } from "zod";
import {
  collect,
  decodeEntry,
  encodeEntry,
  Flow,
  type FlowEvent,
  type FlowPersistence,
  failed,
  forEach,
  listen,
  MemoryPersistence,
  start,
} from "../src/index.js";
import { failure } from "./support/failure.js";

let fail: "never" | "inner" | "outer" = "never";

class Page extends Flow<typeof Page> {
  static flowName = "Page";
  static inputs = z.object({ n: z.number() });
  static output = z.number();
  @start() read({ n }: { n: number }) {
    this.addUsage({ "model:in": n, pages: 1 });
    return n;
  }
  @listen("read") async sum(n: number) {
    this.addUsage({ "model:out": 1 });
    this.addUsage({ "model:out": 1 });
    if (fail === "inner") throw new Error("inner");
    return n;
  }
}

class Book extends Flow<typeof Book> {
  static flowName = "Book";
  @start() list() {
    return [1, 2, 3];
  }
  @forEach("list", { concurrency: 2 }) async page(n: number) {
    return this.runFlow(Page, { n });
  }
  @listen(collect("page"), { retry: { attempts: 3, delay: 0 } }) async bind(pages: number[]) {
    this.addUsage({ cents: 5 });
    if (this.call.attempt === 1) throw new Error("once more");
    if (fail === "outer") throw new Error("outer");
    return pages.length;
  }
}

const whole = { "model:in": 6, pages: 3, "model:out": 6, cents: 10 };

test("a step's usage is summed, told with it, and part of its run's; attempts that failed count too", async () => {
  fail = "never";
  const persistence = new MemoryPersistence();
  const flow = new Book({ persistence });
  const heard: FlowEvent[] = [];
  flow.events.on("*", (event) => void heard.push(event));
  const result = await flow.kickoff({}, { id: "b" });
  expect(result).toMatchObject({ status: "completed", output: 3, usage: whole });
  const told = heard.flatMap((event) =>
    "usage" in event ? [[event.type, "step" in event ? event.step : event.flow, event.usage]] : [],
  );
  expect(told).toContainEqual(["step.completed", "sum", { "model:out": 2 }]);
  expect(told).toContainEqual(["run.completed", "Page", { "model:in": 2, pages: 1, "model:out": 2 }]);
  expect(told).toContainEqual(["step.completed", "page", { "model:in": 2, pages: 1, "model:out": 2 }]);
  expect(told).toContainEqual(["step.retrying", "bind", { cents: 5 }]);
  expect(told.at(-1)).toEqual(["run.completed", "Book", whole]);
  // what says nothing has nothing
  expect(heard.find((event) => event.type === "step.completed" && event.step === "list")).not.toHaveProperty("usage");
  expect(await flow.runs.usage("b")).toEqual(whole);
  expect((await flow.resume("b")).usage).toEqual(whole);
  for (const { entry } of await flow.runs.history("b")) expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
  // a fork has used nothing of its own
  const fork = await flow.runs.fork("b", { at: { step: "page", number: 3 } });
  expect((await flow.resume(fork.id)).usage).toEqual({ cents: 10 });
});

test("what a run that is resumed has used before it failed counts once, its own and that of runs inside of it", async () => {
  const flow = new Book();
  fail = "inner";
  expect(await failure(flow.kickoff({}, { id: "b" }))).toMatchObject({ code: "CHILD_FAILED" });
  const before = await flow.runs.usage("b");
  // each page that was read, and each sum that was tried, once
  expect(before.pages! * 2).toBe(before["model:out"]);
  fail = "outer";
  await failure(flow.resume("b"));
  fail = "never";
  const { usage } = await flow.resume("b");
  // three attempts that failed before the one that did not: the first of all, the second and third of the first resume
  expect(usage).toEqual({ ...whole, "model:out": 6 + before["model:out"]!, cents: 20 });
});

test("stopped after every write, it comes to the same sums", { timeout: 300_000 }, async () => {
  fail = "never";
  for (let write = 1; ; write++) {
    const store = new MemoryPersistence();
    const stop = new AbortController();
    let writes = 0;
    const persistence = new Proxy(store as FlowPersistence, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function" || (name !== "append" && name !== "create"))
          return typeof member === "function" ? member.bind(target) : member;
        return async (...args: unknown[]) => {
          const answer: unknown = await member.apply(target, args);
          if (++writes === write) stop.abort();
          return answer;
        };
      },
    });
    const first = await new Book({ persistence })
      .kickoff({}, { id: "b", stopSignal: stop.signal })
      .catch((error) => error as unknown);
    const { usage } = await new Book({ persistence: store }).resume("b");
    expect(usage).toEqual(whole);
    if (!(first instanceof Error)) break;
    expect(write).toBeLessThan(100);
  }
});

test.each([
  ["text", "12", "string"],
  ["a list", [1], "a list"],
  ["NaN", { a: Number.NaN }, "a: NaN"],
  ["a bigint", { a: 1n }, "a: bigint"],
  ["more than there are numbers", { a: Number.MAX_VALUE, b: 1 }, "a: 1.79"],
  ["no name", { "": 1 }, 'the key ""'],
])("%s is no usage", async (_, usage, what) => {
  class Careless extends Flow {
    @start() work() {
      this.addUsage({ a: Number.MAX_VALUE, skipped: undefined as unknown as number });
      this.addUsage(usage as Record<string, number>);
    }
    @listen(failed("work")) tell(error: Error) {
      return error.message;
    }
  }
  const { outputs } = await new Careless().kickoff();
  expect(outputs.tell).toContain(`Step "work" gave this.addUsage ${what}`);
});
