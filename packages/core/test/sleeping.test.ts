/** `returnOnSleep`: a run in which only the clock is waited for leaves memory, and goes on when somebody takes it up in time. */
import { expect, test } from "vitest";
import { z } from "zod";
import { collect, Flow, FlowError, forEach, listen, MemoryPersistence, signal, start } from "../src/index.js";
import { HandClock } from "./support/hand-clock.js";

const hour = 3_600_000;

class Nap extends Flow<typeof Nap> {
  static state = z.object({ ms: z.number().default(3 * hour), begun: z.number().default(0) });
  begun: string[] = [];
  @start() async sleeper() {
    this.begun.push("sleeper");
    const before = await this.once("before", () => this.begun.length);
    await this.sleep(this.state.ms);
    return before;
  }
  @listen("sleeper") after(before: number) {
    this.begun.push("after");
    return `after ${before}`;
  }
  @listen(signal("knock")) knock() {
    this.begun.push("knock");
  }
}

test("it waits for the clock, and recover goes on when it is due, not before", async () => {
  const clock = new HandClock();
  const flow = new Nap({ clock });
  const events: string[] = [];
  flow.events.on("run.waiting", ({ waitingFor }) => events.push(waitingFor.map(({ kind }) => kind).join()));
  const run = await flow.kickoff({}, { returnOnSleep: true });
  if (run.status !== "waiting") throw new Error(run.status);
  expect(run.waitingFor).toEqual([
    { kind: "signal", name: "knock", steps: ["knock"] },
    { kind: "timer", name: "sleeper", steps: ["sleeper"], until: expect.any(Number) },
  ]);
  expect((await flow.runs.get(run.id))?.waitingFor).toEqual(run.waitingFor);
  const due = await flow.runs.nextDue();
  expect(due).toBe(clock.at + 3 * hour);
  expect(events).toEqual(["signal,timer"]);
  clock.at += 3 * hour - 1;
  expect(await flow.runs.recover({ returnOnSleep: true })).toEqual([]);
  clock.at += 1;
  const [recovered] = await flow.runs.recover({ returnOnSleep: true });
  expect(recovered).toMatchObject({ id: run.id, status: "waiting", outputs: { after: "after 1" } });
  expect(flow.begun).toEqual(["sleeper", "sleeper", "after"]);
  expect(await flow.runs.nextDue()).toBeUndefined();
  expect(await flow.runs.recover({ returnOnSleep: true })).toEqual([]);
  const [, , parked] = (await flow.runs.history(run.id)).map(({ entry }) => entry).slice(1);
  expect(parked).toEqual({ type: "parked", at: expect.any(Number), calls: [1], asleep: [[1, due]] });
});

test("who comes back by a timer that was a part of a millisecond early finds it due", async () => {
  const clock = new HandClock();
  const flow = new Nap({ clock });
  const { id } = await flow.kickoff({}, { returnOnSleep: true });
  clock.at = (await flow.runs.nextDue())! - 1;
  const recovering = flow.runs.recover({ returnOnSleep: true });
  await new Promise(setImmediate);
  clock.at += 1;
  expect(await recovering).toMatchObject([{ id, outputs: { after: "after 1" } }]);
});

test("taken up before its time the step is not begun: it is waited for, or returned from again", async () => {
  const clock = new HandClock();
  const flow = new Nap({ clock });
  const { id } = await flow.kickoff({}, { returnOnSleep: true });
  expect(await flow.runs.recover()).toEqual([]);
  const again = await flow.resume(id, { returnOnSleep: true });
  expect(again.status).toBe("waiting");
  const knocked = await flow.signal(id, "knock", undefined, { returnOnSleep: true });
  if (knocked.status !== "waiting") throw new Error(knocked.status);
  expect(knocked.waitingFor.map(({ kind }) => kind)).toEqual(["timer"]);
  expect(flow.begun).toEqual(["sleeper", "knock"]);

  const short = new Nap({ clock });
  const run = await short.kickoff({}, { returnOnSleep: true });
  const knocking = short.signal(run.id, "knock");
  await clock.until(knocking);
  const done = await knocking;
  expect(done.status === "completed" && done.output).toBe("after 1");
  expect(short.begun).toEqual(["sleeper", "knock", "sleeper", "after"]);
});

test("a duration: what is due sooner is waited for here", async () => {
  class Two extends Flow {
    @start() async short() {
      await this.sleep("5m");
      return "short";
    }
    @start() async long() {
      await this.sleep("1h");
    }
  }
  const clock = new HandClock();
  const driven = new Two({ clock }).kickoff({}, { returnOnSleep: "10m" });
  await clock.waitFor("sleep", "sleep");
  expect(await clock.next()).toBe("sleep");
  const run = await driven;
  if (run.status !== "waiting") throw new Error(run.status);
  expect(run.outputs).toEqual({ short: "short" });
  expect(run.waitingFor).toMatchObject([{ kind: "timer", name: "long" }]);
  const bad = new Two().kickoff({}, { returnOnSleep: "soon" as "1m" });
  await expect(bad).rejects.toMatchObject({ code: "DEFINITION_DURATION_INVALID" });
});

test("a retry's delay is waited for as a sleep is, and its attempts are counted on", async () => {
  let attempts = 0;
  class Flaky extends Flow {
    @start({ retry: { attempts: 3, delay: "1m", backoff: "fixed", jitter: false } }) async send() {
      attempts++;
      // a sleep in an attempt that is made again
      if (this.call.attempt === 2) await this.sleep("3h");
      if (this.call.attempt < 3) throw new Error("no connection");
      return this.call.attempt;
    }
  }
  const clock = new HandClock();
  const flow = new Flaky({ clock });
  let run: Awaited<ReturnType<typeof flow.resume>> = await flow.kickoff({}, { returnOnSleep: true });
  const kinds: unknown[] = [];
  while (run.status === "waiting") {
    kinds.push(run.waitingFor.map(({ kind, name }) => `${kind} ${name}`).join());
    clock.at += 3 * hour;
    [run] = (await flow.runs.recover({ returnOnSleep: true })) as [typeof run];
  }
  expect(run.output).toBe(3);
  expect(kinds).toEqual(["timer send", "timer send", "timer send"]);
  expect(attempts).toBe(4);
});

test("calls at work, or waiting for a signal that has come, keep it here", async () => {
  let finish: () => void = () => undefined;
  class Busy extends Flow {
    @start() async nap() {
      await this.sleep("1h");
    }
    @start() async work() {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return this.once("last", () => 1);
    }
  }
  const clock = new HandClock();
  const done = new Busy({ clock }).kickoff({}, { returnOnSleep: true });
  await clock.waitFor("sleep");
  await clock.pass(hour / 2);
  finish();
  expect((await done).outputs).toEqual({ work: 1 });
});

test("a question and a sleep: whichever comes first begins the step again", async () => {
  class Either extends Flow {
    @start() async wait() {
      const nap = this.sleep("3h").then(() => "slept");
      return Promise.race([nap, this.ask("Shall I wake?")]);
    }
  }
  const clock = new HandClock();
  const flow = new Either({ clock });
  const slept = await flow.kickoff({}, { returnOnSleep: true });
  const asked = await flow.kickoff({}, { returnOnSleep: true });
  if (asked.status !== "waiting") throw new Error(asked.status);
  expect(asked.waitingFor.map(({ kind }) => kind)).toEqual(["ask", "timer"]);
  const woken = await flow.runs.answer(asked.waitingFor[0]!.name, "yes", { returnOnSleep: true });
  expect(woken.status === "completed" && woken.output).toBe("yes");
  clock.at += 3 * hour;
  expect((await flow.resume(slept.id)).output).toBe("slept");
});

test("a question beside a sleep does not keep the run from being woken here", async () => {
  class Reminder extends Flow {
    @start() async wait() {
      const nap = this.sleep(20).then(() => "slept");
      return Promise.race([nap, this.ask("Shall I wake?")]);
    }
  }
  const run = await new Reminder().kickoff();
  expect(run.output).toBe("slept");
});

test("elements of a list that sleep: one line of what is waited for, and all go on", async () => {
  class Many extends Flow {
    @start() list() {
      return [3 * hour, hour, 2 * hour];
    }
    @forEach("list") async nap(ms: number) {
      await this.sleep(ms);
      return ms;
    }
    @listen(collect("nap")) sum(all: number[]) {
      return all.join();
    }
  }
  const clock = new HandClock();
  const flow = new Many({ clock });
  const run = await flow.kickoff({}, { returnOnSleep: true });
  expect(run.status === "waiting" && run.waitingFor.length).toBe(1);
  clock.at += 3 * hour;
  const done = await flow.resume(run.id);
  expect(done.output).toBe([3 * hour, hour, 2 * hour].join());
});

test("a cancelled sleeper is cancelled; resumed, it sleeps for the rest", async () => {
  const clock = new HandClock();
  const flow = new Nap({ clock });
  const due = clock.at + 3 * hour;
  const { id } = await flow.kickoff({}, { returnOnSleep: true });
  clock.at += hour;
  await flow.runs.cancel(id);
  expect((await flow.runs.get(id))?.status).toBe("cancelled");
  expect(await flow.runs.nextDue()).toBeUndefined();
  const resumed = flow.resume(id);
  await clock.until(resumed);
  expect((await resumed).outputs).toEqual({ sleeper: 1, after: "after 1" });
  expect(clock.at).toBe(due);
});

test("a sleeper whose code has changed is migrated asleep", async () => {
  const persistence = new MemoryPersistence();
  class Dozer extends Flow {
    static flowName = "doze";
    @start() async sleeper() {
      await this.sleep("3h");
    }
  }
  class Later extends Flow {
    static flowName = "doze";
    @start() async dozer() {
      await this.sleep("3h");
      return "dozed";
    }
  }
  const clock = new HandClock();
  const { id } = await new Dozer({ persistence, clock }).kickoff({}, { returnOnSleep: true });
  const flow = new Later({ persistence, clock });
  expect(await flow.runs.migrate(id, { rename: { sleeper: "dozer" } })).toEqual({ id, status: "migrated" });
  expect((await flow.runs.get(id))?.waitingFor).toMatchObject([{ kind: "timer", name: "dozer" }]);
  clock.at += 3 * hour;
  expect(await flow.runs.recover()).toMatchObject([{ id, status: "completed", output: "dozed" }]);
});

test("a fork of a sleeper sleeps for the rest, too", async () => {
  const clock = new HandClock();
  const flow = new Nap({ persistence: new MemoryPersistence(), clock });
  const due = clock.at + 3 * hour;
  const { id } = await flow.kickoff({}, { returnOnSleep: true });
  clock.at += hour;
  const fork = await flow.runs.fork(id);
  const resumed = flow.resume(fork.id);
  await clock.until(resumed);
  expect((await resumed).outputs).toEqual({ sleeper: 1, after: "after 1" });
  expect(clock.at).toBe(due);
});

test("a step that fails for good after it has slept fails as ever", async () => {
  class Fails extends Flow {
    @start() async nap() {
      await this.sleep("3h");
      throw new Error("bad dream");
    }
  }
  const clock = new HandClock();
  const flow = new Fails({ clock });
  const { id } = await flow.kickoff({}, { returnOnSleep: true });
  clock.at += 3 * hour;
  const [failed] = await flow.runs.recover({ returnOnSleep: true });
  expect(failed).toMatchObject({ id, status: "failed" });
  const error = await flow.resume(id, { returnOnSleep: true }).catch((thrown: unknown) => thrown);
  expect(FlowError.is(error, "STEP_FAILED")).toBe(true);
});
