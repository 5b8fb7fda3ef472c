/** `once`, `sleep` and `emit`: what a step makes durable before it completes. */
import { expect, test } from "vitest";
import { z } from "zod";
import { Flow, FlowError, type FlowEvent, listen, MemoryPersistence, start } from "../src/index.js";
import { failure } from "./support/failure.js";
import { HandClock } from "./support/hand-clock.js";

const retryAtOnce = { attempts: 3, delay: 0 } as const;

test("once: what has been done is not done again by a later attempt; a failure is not kept", async () => {
  const did: string[] = [];
  class Order extends Flow<typeof Order> {
    static state = z.object({ charge: z.string().default("") });
    @start({ retry: retryAtOnce }) async pay() {
      const charge = await this.once("charge", async () => {
        did.push("charge");
        return { id: `ch ${did.length}`, at: new Date(0) };
      });
      await this.once("ship", () => {
        did.push(`ship ${this.call.attempt}`);
        if (this.call.attempt < 3) throw new Error("no carrier");
      });
      this.state.charge = charge.id;
      return charge.at.getTime();
    }
  }
  const { output, state } = (await new Order().kickoff()) as { output: unknown; state: { charge: string } };
  expect(output).toBe(0);
  expect(state.charge).toBe("ch 1");
  expect(did).toEqual(["charge", "ship 1", "ship 2", "ship 3"]);
});

test("once: results survive a failed run and are given to the next resume; they are in the journal", async () => {
  const persistence = new MemoryPersistence();
  const did: string[] = [];
  let broken = true;
  class Order extends Flow {
    @start() async pay() {
      const ids = await Promise.all(["a", "b"].map((item) => this.once(item, async () => did.push(item))));
      if (broken) throw new Error("broken");
      return ids;
    }
  }
  const flow = new Order({ persistence });
  const error = await flow.kickoff().catch((thrown: FlowError) => thrown);
  if (!(error instanceof FlowError)) throw error;
  broken = false;
  const { output } = await flow.resume(error.runId!);
  expect(output).toEqual([1, 2]);
  expect(did).toEqual(["a", "b"]);
  const journal = await flow.runs.history(error.runId!);
  expect(journal.map(({ entry }) => entry.type)).toEqual([
    "started",
    "once",
    "once",
    "failed",
    "ended",
    "resumed",
    "completed",
    "ended",
  ]);
});

test("once: two uses at the same time share one execution; another call has keys of its own", async () => {
  let count = 0;
  class Twice extends Flow {
    @start() async first() {
      return Promise.all([this.once("n", async () => ++count), this.once("n", async () => ++count)]);
    }
    @listen("first") async second(): Promise<number> {
      return this.once("n", () => ++count);
    }
  }
  const { outputs } = await new Twice().kickoff();
  expect(outputs).toEqual({ first: [1, 1], second: 2 });
});

test("once: the state can be read in it and not written, Maps and nested objects too", async () => {
  class Look extends Flow<typeof Look> {
    static state = z.object({
      n: z.number().default(1),
      deep: z.object({ list: z.array(z.number()) }).default({ list: [1] }),
      map: z.map(z.string(), z.number()).default(new Map([["a", 1]])),
    });
    @start() async look() {
      this.state.n = 2;
      const writes: (() => unknown)[] = [
        () => this.state.n++,
        () => this.state.deep.list.push(2),
        () => delete (this.state as { n?: number }).n,
        () => this.state.map.set("b", 2),
      ];
      const codes: unknown[] = [];
      for (const [index, write] of writes.entries()) {
        await this.once(`write ${index}`, () => write()).catch((error: FlowError) => codes.push(error.code));
      }
      const seen = await this.once("read", () => [this.state.n, this.state.deep.list[0], this.state.map.get("a")]);
      this.state.n = 3;
      return { codes, seen };
    }
  }
  const { output, state } = (await new Look().kickoff()) as { output: unknown; state: { n: number } };
  expect(output).toEqual({
    codes: ["STATE_IN_ONCE", "STATE_IN_ONCE", "STATE_IN_ONCE", "STATE_READONLY"],
    seen: [2, 1, 1],
  });
  expect(state.n).toBe(3);
});

test("what once answers of a state that was changed before is a value of its own", async () => {
  class Keep extends Flow<typeof Keep> {
    static state = z.object({ list: z.array(z.object({ n: z.number() })).default([{ n: 1 }]) });
    @start() async look() {
      this.state.list.push({ n: 2 });
      const whole = await this.once("whole", () => this.state.list);
      this.state.list.push({ n: 3 });
      return whole;
    }
  }
  const { outputs, state } = await new Keep().kickoff();
  expect(outputs.look).toEqual([{ n: 1 }, { n: 2 }]);
  expect(state.list).toHaveLength(3);
});

test("keys that change between attempts are an error; so is one key for two things, and what can't be stored", async () => {
  class Changing extends Flow {
    @start({ retry: retryAtOnce }) async go() {
      await this.once(`key ${this.call.attempt}`, () => 1);
      if (this.call.attempt === 1) throw new Error("again");
    }
  }
  await expect(new Changing().kickoff()).rejects.toMatchObject({
    code: "STEP_KEYS_CHANGED",
    message: 'Step "go" used "key 2" in this attempt, where an earlier one used "key 1".',
  });
  class Mixed extends Flow {
    @start({ retry: retryAtOnce }) async go() {
      if (this.call.attempt === 1) {
        await this.once("x", () => 1);
        throw new Error("again");
      }
      await this.sleep(1, "x");
    }
  }
  await expect(new Mixed().kickoff()).rejects.toMatchObject({ code: "STEP_KEYS_CHANGED" });
  class Unstorable extends Flow {
    @start() async go() {
      await this.once("f", () => () => 1);
    }
  }
  await expect(new Unstorable().kickoff()).rejects.toMatchObject({ code: "STATE_NOT_SERIALIZABLE" });
});

test("outside a step, and after it, they say so", async () => {
  let late: Promise<unknown> = Promise.resolve();
  class Loose extends Flow {
    @start() go() {
      late = new Promise((resolve) => setTimeout(resolve, 5)).then(() => this.once("late", () => 1));
      late.catch(() => undefined);
    }
  }
  const flow = new Loose();
  for (const use of [() => flow.once("a", () => 1), () => flow.sleep(1), () => flow.emit(1)]) {
    expect(use).toThrow(expect.objectContaining({ code: "STATE_OUTSIDE_STEP" }));
  }
  await flow.kickoff();
  await expect(late).rejects.toMatchObject({ code: "STATE_OUTSIDE_STEP" });
});

test("sleep: until when is stored, and a later attempt waits only for the rest", async () => {
  const clock = new HandClock();
  const waits: number[] = [];
  const events: FlowEvent[] = [];
  class Nap extends Flow {
    @start({ retry: retryAtOnce }) async nap() {
      const begun = clock.now();
      await this.sleep("2d");
      await Promise.all([this.sleep("5h"), this.sleep("5h")]);
      waits.push((clock.now() - begun) / 3_600_000);
      if (this.call.attempt === 1) throw new Error("again");
    }
  }
  const flow = new Nap({ clock });
  flow.events.on("*", (event) => events.push(event));
  const run = flow.kickoff();
  expect(await clock.until(run)).toEqual(["sleep", "sleep", "sleep"]);
  // the time is up for the second attempt
  expect(waits).toEqual([53, 0]);
  const keys = (type: FlowEvent["type"]) =>
    events.flatMap((event) => (event.type === type && "key" in event ? [event.key] : []));
  expect(keys("timer.set")).toEqual(["sleep-1", "sleep-2", "sleep-3"]);
  expect(keys("timer.fired").sort()).toEqual(["sleep-1", "sleep-2", "sleep-3"]);
});

test("sleep ends when the run is cancelled, and the run can be resumed", async () => {
  class Nap extends Flow {
    @start() async nap() {
      await this.sleep("8h");
      return "rested";
    }
  }
  const clock = new HandClock();
  const flow = new Nap({ clock });
  const begun = clock.at;
  const kicked = failure(flow.kickoff(undefined, { timeout: "1h" }));
  await clock.waitFor("sleep", "run-timeout");
  expect(await clock.next()).toBe("run-timeout");
  const error = await kicked;
  expect(error.code).toBe("RUN_TIMEOUT");
  expect(clock.at).toBe(begun + 3_600_000);
  const resumed = flow.resume(error.runId!);
  expect(await clock.next()).toBe("sleep");
  expect((await resumed).output).toBe("rested");
  expect(clock.at).toBe(begun + 8 * 3_600_000);
});

test("emit streams chunks with their attempt, finished and refused like any value", async () => {
  class Talk extends Flow {
    @start({ retry: retryAtOnce }) async talk() {
      const chunk = { n: 1 };
      this.emit(chunk);
      chunk.n = 2;
      if (this.call.attempt === 1) throw new Error("again");
      expect(() => this.emit(() => 1)).toThrow(expect.objectContaining({ code: "STATE_NOT_SERIALIZABLE" }));
    }
  }
  const chunks: unknown[] = [];
  for await (const event of new Talk().stream()) {
    if (event.type === "output.chunk") chunks.push([event.attempt, event.chunk]);
  }
  expect(chunks).toEqual([
    [1, { n: 1 }],
    [2, { n: 1 }],
  ]);
});

test("a question inside of once is refused: its answer could be waited for in no other process", async () => {
  class Asks extends Flow {
    @start() who() {
      return this.once("name", () => this.ask("Who?"));
    }
  }
  await expect(new Asks().kickoff()).rejects.toMatchObject({ code: "ASK_IN_ONCE", step: "who" });
});
