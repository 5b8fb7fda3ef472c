import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  and,
  Flow,
  FlowError,
  type FlowEvent,
  FlowEvents,
  failed,
  labels,
  listen,
  MemoryPersistence,
  or,
  race,
  router,
  start,
} from "../src/index.js";

class Small extends Flow<typeof Small> {
  static state = z.object({ n: z.number().default(0) });
  @start() begin() {
    this.state.n++;
    return "b";
  }
  @router("begin", { routes: ["left", "right"] }) turn(): "left" | "right" {
    return "left";
  }
  @listen(or("left", "right")) walk(way: string) {
    return way;
  }
  @listen(and("begin", "right")) never() {}
}

test("the events of a run, in order", async () => {
  const flow = new Small();
  const events: FlowEvent[] = [];
  flow.events.on("*", (event) => events.push(event));
  const { id } = await flow.kickoff();
  expect(events.map(({ type, ...e }) => ("step" in e ? `${type} ${e.step}` : type))).toEqual([
    "run.created",
    "run.started",
    "step.started begin",
    "step.completed begin",
    "state.changed begin",
    "step.started turn",
    "step.completed turn",
    "route.taken turn",
    "step.started walk",
    "step.completed walk",
    "join.starved never",
    "run.completed",
  ]);
  expect(events.every(({ runId, flow, at }) => runId === id && flow === "Small" && at > 0)).toBe(true);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect(() => JSON.stringify(events)).not.toThrow();
});

test("a handler that throws harms nothing; off ends it; a shared bus hears several flows", async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error) => void warnings.push(warning);
  process.on("warning", hear);
  const bus = new FlowEvents();
  const seen: string[] = [];
  bus.on("run.completed", () => {
    throw new Error("handler");
  });
  bus.on("run.completed", async () => {
    throw new Error("async handler");
  });
  const off = bus.on("run.completed", ({ flow }) => seen.push(flow));
  class Other extends Small {}
  await new Small({ events: bus }).kickoff();
  await new Other({ events: bus }).kickoff();
  off();
  await new Small({ events: bus }).kickoff();
  expect(seen).toEqual(["Small", "Other"]);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", hear);
  expect(warnings.map(({ message }) => message)).toEqual(
    ["handler", "async handler", "handler", "async handler", "handler", "async handler"].map(
      (text) => `a handler of "run.completed" failed: ${text}`,
    ),
  );
});

test("stream: id at once, events, chunks, result; leaving does not cancel", async () => {
  class Chunks extends Flow {
    @start() async *talk() {
      yield "a";
      await null;
      yield { b: 1 };
      return "whole";
    }
    @listen("talk") *count(whole: string) {
      yield 1;
      return whole.length;
    }
  }
  const stream = new Chunks().stream();
  expect(stream.id).toMatch(/^[0-9a-f-]{36}$/);
  const chunks: unknown[] = [];
  for await (const event of stream)
    if (event.type === "output.chunk") chunks.push([event.step, event.attempt, event.chunk]);
  expect(chunks).toEqual([
    ["talk", 1, "a"],
    ["talk", 1, { b: 1 }],
    ["count", 1, 1],
  ]);
  expect(await stream.result).toMatchObject({ status: "completed", output: 5 });
  const left = new Chunks().stream();
  for await (const event of left) if (event.type === "output.chunk") break;
  expect(await left.result).toMatchObject({ status: "completed" });
});

test("stream: failure and cancel", async () => {
  class Fails extends Flow {
    @start() async bad() {
      throw new Error("x");
    }
  }
  const stream = new Fails().stream();
  const types: string[] = [];
  for await (const { type } of stream) types.push(type);
  expect(types.at(-1)).toBe("run.failed");
  await expect(stream.result).rejects.toMatchObject({ code: "STEP_FAILED" });
  class Endless extends Flow {
    @start() async wait() {
      await new Promise((_, no) => this.call.abortSignal.addEventListener("abort", () => no(new Error("aborted"))));
    }
  }
  const endless = new Endless().stream();
  const seen: string[] = [];
  for await (const { type } of endless) {
    seen.push(type);
    if (type === "step.started") void endless.cancel("enough");
  }
  expect(seen.at(-1)).toBe("run.cancelled");
  await expect(endless.result).rejects.toMatchObject({ code: "RUN_CANCELLED" });
});

test("nothing is made while nobody listens, and it is silent", async () => {
  const flow = new Small();
  expect(flow.events.observed).toBe(false);
  expect((await flow.kickoff()).status).toBe("completed");
});

test("every step that starts has its end: a lost race is an abort, in time or in the same batch", async () => {
  class Race extends Flow {
    @start() async fast() {
      await pause(1);
      return "fast";
    }
    @start() async slow() {
      await pause(500);
    }
    @start({ retry: { attempts: 2, delay: "1m" } }) flaky() {
      throw new Error("not now");
    }
    @listen(race("fast", "slow", "flaky")) won(by: unknown) {
      return by;
    }
  }
  class Tie extends Flow {
    @start() one() {
      return 1;
    }
    @start() two() {
      return 2;
    }
    @listen(race("one", "two")) won(by: number) {
      return by;
    }
  }
  const endsOf = async (kickoff: (events: FlowEvents) => Promise<unknown>) => {
    const ends: string[] = [];
    const bus = new FlowEvents();
    bus.on("*", (event) => {
      if (/^step\.(completed|failed|skipped|retrying|aborted)$/.test(event.type) && "step" in event)
        ends.push(`${event.type} ${event.step}`);
    });
    await kickoff(bus);
    return ends.sort();
  };
  expect(await endsOf((events) => new Race({ events }).kickoff())).toEqual([
    "step.aborted flaky",
    "step.aborted slow",
    "step.completed fast",
    "step.completed won",
    "step.retrying flaky",
  ]);
  expect(await endsOf((events) => new Tie({ events }).kickoff())).toEqual([
    "step.aborted two",
    "step.completed one",
    "step.completed won",
  ]);
});

test("a sleep tells its end once, also when it is over before it is stored", async () => {
  class Nap extends Flow {
    @start({ retry: { attempts: 2, delay: 1 } }) async rest() {
      await this.sleep(0, "none");
      await this.sleep(5, "short");
      if (this.call.attempt === 1) throw new Error("again");
    }
  }
  const told: string[] = [];
  const flow = new Nap();
  flow.events.on("timer.set", ({ type, key, attempt }) => told.push(`${type} ${key} ${attempt}`));
  flow.events.on("timer.fired", ({ type, key, attempt }) => told.push(`${type} ${key} ${attempt}`));
  await flow.kickoff();
  expect(told).toEqual(["timer.set none 1", "timer.fired none 1", "timer.set short 1", "timer.fired short 1"]);
});

test("events tell a router's labels and how long failed attempts took", async () => {
  class Tried extends Flow {
    @start({ retry: { attempts: 2, delay: 1 } }) async tried() {
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error("no");
    }
    @router(failed("tried")) turn() {
      return labels("left", "right");
    }
    @listen("left") walk() {}
  }
  const events: FlowEvent[] = [];
  const flow = new Tried();
  flow.events.on("*", (event) => events.push(event));
  await flow.kickoff();
  const took = events.flatMap((event) =>
    event.type === "step.retrying" || event.type === "step.failed" ? [event.durationMs > 0] : [],
  );
  expect(took).toEqual([true, true]);
  const returned = events.flatMap((event) => (event.type === "step.completed" ? [[event.step, event.labels]] : []));
  expect(returned).toEqual([
    ["turn", ["left", "right"]],
    ["walk", undefined],
  ]);
});

test("a run that its process can't go on with is told as abandoned, one that never began is not", async () => {
  const store = new MemoryPersistence();
  const append = store.append.bind(store);
  class Three extends Flow {
    @start() one() {}
    @listen("one") two() {
      store.append = () => {
        throw new FlowError("PERSISTENCE_FULL", "The disk is full.");
      };
    }
    @listen("two") three() {}
  }
  const flow = new Three({ persistence: store });
  const heard: FlowEvent[] = [];
  flow.events.on("*", (event) => heard.push(event));
  await expect(flow.kickoff({}, { id: "r" })).rejects.toMatchObject({ code: "PERSISTENCE_FULL", runId: "r" });
  expect(heard.at(-1)).toMatchObject({ type: "run.abandoned", runId: "r", error: { code: "PERSISTENCE_FULL" } });
  heard.length = 0;
  store.append = append;
  await expect(flow.kickoff({}, { id: "r" })).rejects.toMatchObject({ code: "RUN_EXISTS" });
  expect(heard).toEqual([]);
});
