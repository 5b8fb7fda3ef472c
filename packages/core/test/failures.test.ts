import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { and, Flow, type FlowError, type FlowEvent, failed, listen, race, settled, start } from "../src/index.js";
import { HandClock } from "./support/hand-clock.js";

test("a failed run rejects, keeps what was committed, and resumes at the failed step", async () => {
  let broken = true;
  const calls: string[] = [];
  class Fragile extends Flow<typeof Fragile> {
    static state = z.object({ log: z.array(z.string()).default([]) });
    @start() async first() {
      calls.push(`first ${this.call.idempotencyKey.split(":").slice(1)}`);
      this.state.log.push("first");
      return 1;
    }
    @listen("first") async second(n: number) {
      calls.push(`second ${this.call.attempt}`);
      this.state.log.push("never");
      if (broken) throw new TypeError("broken pipe");
      return n + 1;
    }
    @listen("first") async sibling() {
      calls.push("sibling");
      await pause(5);
      this.state.log.push("sibling");
      return "s";
    }
    @listen("sibling") async after() {
      calls.push("after");
      this.state.log.push("after");
    }
    @listen("second") async third(n: number) {
      calls.push("third");
      return n + 1;
    }
  }
  const flow = new Fragile();
  const error: FlowError = await flow.kickoff().catch((e) => e);
  expect(error).toMatchObject({ code: "STEP_FAILED", step: "second" });
  expect(error.message).toContain("broken pipe");
  expect(error.cause).toBeInstanceOf(TypeError);
  const id = error.runId!;
  expect((await flow.runs.get(id))?.status).toBe("failed");
  expect(calls).toEqual(["first first,1", "second 1", "sibling"]);
  broken = false;
  const result = await flow.resume(id);
  expect(result).toMatchObject({ status: "completed", id, output: 3 });
  expect(calls.slice(3).sort()).toEqual(["after", "second 2", "third"]);
  expect(result.state.log.filter((l) => l === "first")).toHaveLength(1);
  expect(result.state.log).toContain("sibling");
  expect(result.state.log).toContain("after");
});

test("failed() and settled() handle a failure; and(…, failed()) compensates", async () => {
  class Order extends Flow<typeof Order> {
    static state = z.object({ log: z.array(z.string()).default([]) });
    @start() reserve() {
      return { id: "r1" };
    }
    @listen("reserve") charge(r: { id: string }) {
      if (r) throw new Error("no money");
      return r;
    }
    @listen(failed("charge")) note(error: FlowError) {
      this.state.log.push(`${error.code} ${error.message}`);
    }
    @listen(and("reserve", failed("charge"))) release({
      reserve,
      charge,
    }: {
      reserve: { id: string };
      charge: FlowError;
    }) {
      this.state.log.push(`release ${reserve.id} ${charge instanceof Error}`);
      return "released";
    }
    @listen(settled("charge")) audit(x: { status: string; error?: FlowError }) {
      this.state.log.push(`audit ${x.status} ${x.error instanceof Error}`);
    }
  }
  const result = await new Order().kickoff();
  expect(result.status).toBe("completed");
  expect([...result.state.log].sort()).toEqual([
    'STEP_FAILED Step "charge" failed: no money',
    "audit failed true",
    "release r1 true",
  ]);
});

test("retries with backoff; retry.if; events tell of them", async () => {
  const attempts: number[] = [];
  class Flaky extends Flow {
    @start({ retry: { attempts: 4, delay: 1, backoff: "fixed" } }) async work() {
      attempts.push(this.call.attempt);
      if (this.call.attempt < 3) throw new Error("again");
      return "ok";
    }
  }
  const flow = new Flaky();
  const retries: FlowEvent[] = [];
  flow.events.on("step.retrying", (event) => retries.push(event));
  expect((await flow.kickoff()).output).toBe("ok");
  expect(attempts).toEqual([1, 2, 3]);
  expect(retries).toHaveLength(2);
  class Picky extends Flow {
    @start({ retry: { attempts: 4, delay: 1, if: (e) => !(e instanceof TypeError) } }) async work() {
      attempts.push(this.call.attempt);
      throw new TypeError("no");
    }
  }
  attempts.length = 0;
  await expect(new Picky().kickoff()).rejects.toMatchObject({ code: "STEP_FAILED" });
  expect(attempts).toEqual([1]);
});

test("a step's timeout aborts it and fails", async () => {
  let aborted = false;
  class Slow extends Flow {
    @start({ timeout: 20 }) async work() {
      await once(this.call.abortSignal, "abort");
      aborted = true;
      return "late";
    }
  }
  await expect(new Slow().kickoff()).rejects.toMatchObject({
    code: "STEP_TIMEOUT",
    step: "work",
    details: { timeoutMs: 20 },
  });
  expect(aborted).toBe(true);
});

test("cancelling: by abort signal, by timeout, by the operator; each resumes", async () => {
  let release = false;
  class Long extends Flow {
    @start() async begin() {
      return 1;
    }
    @listen("begin") async wait() {
      while (!release && !this.call.abortSignal.aborted) await pause(2);
      if (this.call.abortSignal.aborted) throw new Error("aborted");
      return "done";
    }
  }
  const flow = new Long();
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("enough")), 15);
  const cancelled = await flow.kickoff({}, { abortSignal: controller.signal }).catch((e) => e);
  expect(cancelled).toMatchObject({ code: "RUN_CANCELLED" });
  expect(cancelled.message).toContain("enough");
  expect((await flow.runs.get(cancelled.runId))?.status).toBe("cancelled");
  const late = await flow.kickoff({}, { timeout: 15 }).catch((e) => e);
  expect(late).toMatchObject({ code: "RUN_TIMEOUT" });
  const begun = new Promise<void>((resolve) => {
    flow.events.on("step.started", ({ step }) => step === "wait" && resolve());
  });
  const running = flow.kickoff({}, { id: "op" });
  running.catch(() => undefined);
  await begun;
  await flow.runs.cancel("op", "by the operator");
  await expect(running).rejects.toMatchObject({ code: "RUN_CANCELLED" });
  release = true;
  for (const id of [cancelled.runId, late.runId, "op"])
    expect(await flow.resume(id)).toMatchObject({ status: "completed", output: "done" });
});

test("a step that ignores its abort is given up after the grace, and its late commit is refused", async () => {
  let [begin, release, late] = [() => {}, () => {}, () => {}];
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    late = resolve;
  });
  class Stubborn extends Flow<typeof Stubborn> {
    static state = z.object({ late: z.boolean().default(false) });
    @start() async bad() {
      await begun;
      throw new Error("bad");
    }
    @start() async stubborn() {
      begin();
      await released;
      late();
      this.state.late = true;
    }
  }
  const clock = new HandClock();
  const flow = new Stubborn({ abortGrace: 20, clock });
  const run = flow.kickoff().catch((e) => e);
  expect(await clock.next()).toBe("grace");
  const error = await run;
  expect(error).toMatchObject({ code: "STEP_FAILED", step: "bad" });
  release();
  await ended;
  await new Promise(setImmediate);
  expect(await flow.runs.get(error.runId)).toMatchObject({ status: "failed" });
  const journal = await flow.runs.history(error.runId);
  expect(journal.at(-1)?.entry.type).toBe("ended");
});

test("race: the losers are aborted and bring nothing", async () => {
  const log: string[] = [];
  class Mirrors extends Flow {
    @start() async fast() {
      await pause(5);
      return "fast";
    }
    @start() async slow() {
      await once(this.call.abortSignal, "abort");
      log.push("slow aborted");
      return "slow";
    }
    @listen(race("fast", "slow")) use(x: string) {
      return x;
    }
  }
  const result = await new Mirrors().kickoff();
  expect(result.output).toBe("fast");
  expect(log).toEqual(["slow aborted"]);
  expect(result.outputs.slow).toBeUndefined();
});

test("when: a call is skipped, its listeners do not run, settled hears it", async () => {
  const log: string[] = [];
  class Maybe extends Flow<{ go: boolean }> {
    override initialState = { go: false };
    @start() begin() {
      return 3;
    }
    @listen("begin", { when: (state, n) => state.go && n > 2 }) work() {
      log.push("work");
      return 1;
    }
    @listen("work") after() {
      log.push("after");
    }
    @listen(settled("work")) tell(x: { status: string }) {
      log.push(x.status);
    }
  }
  expect((await new Maybe().kickoff()).status).toBe("completed");
  expect(log).toEqual(["skipped"]);
  log.length = 0;
  await new Maybe().kickoff({ go: true });
  expect(log.sort()).toEqual(["after", "completed", "work"]);
});

test("a router that returns an unknown label, or no label", async () => {
  const { router } = await import("../src/index.js");
  class Wrong extends Flow {
    @start() begin() {
      return 1;
    }
    @router("begin", { routes: ["x"] }) r() {
      return "y" as "x";
    }
    @listen("x") on() {}
  }
  await expect(new Wrong().kickoff()).rejects.toMatchObject({
    code: "ROUTE_UNKNOWN",
    step: "r",
    details: { label: "y" },
  });
  const [anyRouter, anyListen]: any[] = [router, listen];
  class Number_ extends Flow {
    @start() begin() {
      return 1;
    }
    @anyRouter("begin", { routes: ["x"] }) r() {
      return 5;
    }
    @anyListen("x") on() {}
  }
  await expect(new Number_().kickoff()).rejects.toMatchObject({ code: "ROUTE_INVALID", step: "r" });
});

test("what can't be stored is refused with its path, in state and result", async () => {
  class Functions extends Flow<{ x: unknown }> {
    override initialState = { x: 1 as unknown };
    @start() begin() {
      this.state.x = { deep: [() => 1] };
    }
  }
  await expect(new Functions().kickoff()).rejects.toMatchObject({
    code: "STATE_NOT_SERIALIZABLE",
    details: { path: ["x", "deep", 0] },
  });
  class Result extends Flow {
    @start() begin() {
      return { deep: Symbol("x") };
    }
  }
  await expect(new Result().kickoff()).rejects.toMatchObject({ code: "STATE_NOT_SERIALIZABLE" });
});
