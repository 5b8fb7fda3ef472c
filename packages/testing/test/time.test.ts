/** `runFlow` and `virtualClock`: what days take. */
import { setTimeout as realDelay } from "node:timers/promises";
import { runFlow, virtualClock } from "@millrace/testing";
import { Flow, listen, or, start } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";

const hour = 3_600_000;
const day = 24 * hour;

test("a sleep of days takes none, and the clock tells how long it was", async () => {
  class Reminder extends Flow<typeof Reminder> {
    static state = z.object({ sent: z.number().default(0) });
    @start() async remind() {
      await this.sleep("3d");
      this.state.sent++;
      await this.sleep("10d");
      return this.state.sent;
    }
  }
  const clock = virtualClock({ start: "2026-01-01T00:00:00Z" });
  const run = await runFlow(Reminder, { clock });
  expect(run).toMatchObject({ status: "completed", output: 1, elapsedMs: 13 * day, state: { sent: 1 } });
  expect(clock.now()).toBe(Date.UTC(2026, 0, 14));
  expect(run.history.map(({ entry }) => entry.type)).toEqual(["started", "timer", "timer", "completed", "ended"]);
  expect(clock.timers).toEqual([]);
});

test("retries wait longer each time", async () => {
  const at: number[] = [];
  class Stubborn extends Flow {
    @start({ retry: { attempts: 5, backoff: "exponential", delay: "1h", maxDelay: "1d", jitter: false } })
    through() {
      if (this.call.attempt < 5) throw new Error("busy");
    }
  }
  const clock = virtualClock();
  const began = clock.now();
  const run = await runFlow(Stubborn, {
    clock,
    replace: {
      through() {
        at.push((clock.now() - began) / hour);
        if (this.call.attempt < 5) throw new Error("busy");
      },
    },
  });
  expect(run.status).toBe("completed");
  expect(at).toEqual([0, 1, 3, 7, 15]);
});

test("steps that sleep side by side wake in the order of time, and a step's timeout cuts its sleep short", async () => {
  const woke: string[] = [];
  class Naps extends Flow {
    @start() async long() {
      await this.sleep("2d");
      woke.push("long");
    }
    @start() async short() {
      await Promise.all([this.sleep("1h"), this.sleep("1d")]);
      woke.push("short");
    }
    @start({ timeout: "2h" }) async cut() {
      await this.sleep("1d");
      woke.push("never");
    }
  }
  const run = await runFlow(Naps);
  expect(run).toMatchObject({ status: "failed", error: { code: "STEP_TIMEOUT" }, elapsedMs: 2 * hour });
  const long = await runFlow(Naps, { replace: { cut: () => undefined } });
  expect(long).toMatchObject({ status: "completed", elapsedMs: 2 * day });
  expect(woke).toEqual(["short", "long"]);
});

test("a step that works is not overtaken", async () => {
  class Mixed extends Flow {
    @start() async work() {
      await realDelay(60);
      return "worked";
    }
    @start() async nap() {
      await this.sleep("1d");
      return "napped";
    }
    @listen(or("work", "nap")) first(what: string) {
      return what;
    }
  }
  expect((await runFlow(Mixed)).outputs).toMatchObject({ first: "worked" });
});

test("a flow by hand, with a clock that is told to go on", async () => {
  class Nap extends Flow {
    @start({ timeout: "2d" }) async nap() {
      await new Promise(() => {});
    }
  }
  const clock = virtualClock();
  const run = new Nap({ clock }).kickoff();
  await clock.advance("1d");
  expect(clock.timers).toEqual([{ at: clock.now() + day, purpose: "step-timeout" }]);
  await Promise.all([expect(run).rejects.toMatchObject({ code: "STEP_TIMEOUT" }), clock.advance("1d")]);
});

test("the timeout of the run", async () => {
  class Nap extends Flow {
    @start() async nap() {
      await this.sleep("2d");
    }
  }
  const run = await runFlow(Nap, { timeout: "1d" });
  expect(run).toMatchObject({ status: "cancelled", error: { code: "RUN_TIMEOUT" }, elapsedMs: day });
});
