/** What is used inside of `once` is stored with its answer: counted once, whatever becomes of the attempt, and never lost again. */
import { describe, expect, test } from "vitest";
import {
  flow as built,
  decodeEntry,
  encodeEntry,
  Flow,
  type FlowEvent,
  failed,
  forEach,
  listen,
  MemoryPersistence,
  race,
  start,
} from "../src/index.js";
import { failure } from "./support/failure.js";
import { stoppingAt } from "./support/stopping-at.js";

/** How often each model was really asked. */
const asked = new Map<string, number>();

/** A model that is asked by way of `once`. */
async function model(step: Pick<Flow, "once" | "addUsage">, name: string): Promise<string> {
  return step.once(name, async () => {
    asked.set(name, (asked.get(name) ?? 0) + 1);
    step.addUsage({ [name]: 1, cents: 0.25 });
    await Promise.resolve();
    step.addUsage({ cents: 0.5 });
    return name;
  });
}

class Inner extends Flow {
  static flowName = "Inner";
  @start({ retry: { attempts: 2, delay: 0 } }) async think() {
    await model(this, "inner");
    if (this.call.attempt === 1) throw new Error("once more");
  }
}

const Rounds = built("Rounds")
  .step(
    "poll",
    (_: object, { addUsage }) => {
      addUsage({ rounds: 1, cents: 0.75 });
      return 1;
    },
    () => ({}),
    { repeat: { while: (_, round) => round < 3 }, retry: { attempts: 2, delay: 0 } },
  )
  .toClass();

/** Every way in which a step may use something inside of `once`. */
class Bill extends Flow {
  static flowName = "Bill";
  @start({ retry: { attempts: 3, delay: 0 } }) async plan() {
    await model(this, "first");
    this.addUsage({ own: 1 });
    if (this.call.attempt === 1) throw new Error("once more");
    await model(this, "second");
    if (this.call.attempt === 2) throw new Error("and once more");
    return [1, 2];
  }
  @forEach("plan", { retry: { attempts: 2, delay: 0 } }) async page(n: number) {
    await model(this, `page ${n}`);
    if (this.call.attempt === 1) throw new Error("once more");
  }
  @listen("plan") async run() {
    await this.runFlow(Inner);
    await this.runFlow(Rounds);
  }
  @listen("plan") async lost() {
    await model(this, "lost");
    throw new Error("for good");
  }
  @listen(failed("lost")) mourn() {}
}

const whole = {
  own: 3,
  first: 1,
  second: 1,
  "page 1": 1,
  "page 2": 1,
  inner: 1,
  lost: 1,
  rounds: 3,
  cents: 9 * 0.75,
};

describe("usage inside of once", () => {
  test("is counted once over retries, rounds, elements and runs inside of runs; events add up to the run's", async () => {
    asked.clear();
    const flow = new Bill();
    const heard: FlowEvent[] = [];
    flow.events.on("*", (event) => void heard.push(event));
    const { usage, id } = await flow.kickoff();
    expect(usage).toEqual(whole);
    expect(Math.max(...asked.values())).toBe(1);
    const own = heard.filter(({ flow }) => flow === "Bill");
    const sum = own.reduce(
      (cents, event) => cents + (event.type.startsWith("step.") && "usage" in event ? (event.usage?.cents ?? 0) : 0),
      0,
    );
    expect(sum).toBe(whole.cents);
    for (const { entry } of await flow.runs.history(id)) expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
  });

  test("comes to the same sums, stopped after any write", { timeout: 300_000 }, async () => {
    for (let write = 1; ; write++) {
      const store = new MemoryPersistence();
      const stop = new AbortController();
      const first = await new Bill({ persistence: stoppingAt(write, store, stop) })
        .kickoff({}, { id: "b", stopSignal: stop.signal })
        .catch((error: unknown) => error);
      const flow = new Bill({ persistence: store });
      const before = await flow.runs.usage("b");
      const { usage } = await flow.resume("b");
      expect(usage).toEqual(whole);
      // what was stored is part of what came out
      for (const [name, count] of Object.entries(before)) expect(count).toBeLessThanOrEqual(usage![name]!);
      expect(await flow.runs.usage("b")).toEqual(whole);
      if (!(first instanceof Error)) break;
      expect(write).toBeLessThan(120);
    }
  });

  test("is the run's as soon as its answer is stored, while the step waits; a fork has used nothing", async () => {
    class Asks extends Flow {
      @start() async work() {
        await model(this, "first");
        this.addUsage({ own: 1 });
        return this.ask("Go on?");
      }
    }
    const flow = new Asks();
    const waiting = await flow.kickoff({}, { id: "a" });
    expect(waiting).toMatchObject({ status: "waiting", usage: { first: 1, cents: 0.75 } });
    const fork = await flow.runs.fork("a", { id: "f" });
    expect(await flow.runs.usage(fork.id)).toEqual({});
    for (const [run, expected] of [
      ["a", { first: 1, cents: 0.75, own: 1 }],
      ["f", { own: 1 }],
    ] as const) {
      await flow.resume(run);
      const [question] = (await flow.runs.questions({ runId: run })).questions;
      const { usage } = (await flow.runs.answer(question!.id, "yes")) as { usage?: object };
      expect(usage).toEqual(expected);
    }
  });

  test("of a call that has lost a race is counted, as far as it was stored", async () => {
    class Races extends Flow {
      @start() async slow() {
        await model(this, "slow");
        this.addUsage({ own: 1 });
        await new Promise((resolve) => this.call.abortSignal.addEventListener("abort", resolve));
      }
      @start() async fast() {
        await model(this, "fast");
        await this.sleep(5);
      }
      @listen(race("slow", "fast")) end() {}
    }
    const flow = new Races();
    const { usage, id } = await flow.kickoff();
    expect(usage).toEqual({ slow: 1, fast: 1, cents: 1.5 });
    expect(await flow.runs.usage(id)).toEqual(usage);
  });

  test("of what has failed, or was not awaited, is the attempt's", async () => {
    class Fails extends Flow {
      @start() async work() {
        const make = () => {
          this.addUsage({ tried: 1 });
          throw new Error("no");
        };
        await this.once("x", make).catch(() => undefined);
        await this.once("x", make).catch(() => undefined);
        await this.once("good", () => this.once("inside", () => this.addUsage({ inside: 1 })));
        void this.once("late", async () => {
          this.addUsage({ left: 1 });
          await new Promise((resolve) => setTimeout(resolve, 5));
          this.addUsage({ left: 1 });
        }).catch(() => undefined);
      }
      @listen("work", { retry: { attempts: 2, delay: 0 } }) async odd() {
        await this.once("odd", () => this.addUsage("12" as never));
      }
    }
    const flow = new Fails();
    const error = await failure(flow.kickoff({}, { id: "f" }));
    expect(error).toMatchObject({ code: "STEP_USAGE_INVALID" });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await flow.runs.usage("f")).toEqual({ tried: 2, inside: 1, left: 1 });
  });
});
