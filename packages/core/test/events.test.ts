import { expect, test } from "vitest";
import { z } from "zod";
import { and, Flow, type FlowEvent, FlowEvents, listen, or, router, start } from "../src/index.js";

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
