/** `clock`: all that waits in a flow goes by it, and by nothing else. */
import { expect, test } from "vitest";
import { z } from "zod";
import { Flow, FlowError, listen, MemoryPersistence, start } from "../src/index.js";
import { HandClock } from "./support/hand-clock.js";

const day = 86_400_000;

test("sleeps and retries: days pass at once, and the journal tells them", async () => {
  const clock = new HandClock();
  const began = clock.at;
  class Patient extends Flow {
    @start({ retry: { attempts: 3, backoff: "exponential", delay: "1d", maxDelay: "90d" } }) async wait() {
      await this.sleep("40d");
      if (this.call.attempt < 3) throw new Error("not yet");
      return this.call.attempt;
    }
    @listen("wait") end(attempts: number) {
      return attempts;
    }
  }
  const flow = new Patient({ clock });
  const times: number[] = [];
  flow.events.on("timer.fired", ({ at }) => times.push((at - began) / day));
  const run = flow.kickoff();
  const fired: string[] = [];
  while (clock.at < began + 41.5 * day) fired.push(await clock.next());
  const result = await run;
  expect(result).toMatchObject({ status: "completed", output: 3 });
  expect(fired).toEqual(["sleep", "retry", "retry"]);
  // jitter with a chance of 0 halves the delays
  expect(times).toEqual([40]);
  expect(clock.at).toBe(began + 41.5 * day);
  expect((await flow.runs.get(result.id))?.updatedAt).toBe(clock.at);
  expect(clock.timers).toEqual([]);
});

test("the timeouts of a step and of a run", async () => {
  const clock = new HandClock();
  class Slow extends Flow<typeof Slow> {
    static inputs = z.object({ forever: z.boolean() });
    @start({ timeout: "5d" }) async hang({ forever }: { forever: boolean }) {
      const { abortSignal } = this.call;
      await new Promise((_, reject) => {
        if (!forever) abortSignal.addEventListener("abort", () => reject(abortSignal.reason));
      });
    }
  }
  const hanging = new Slow({ clock }).kickoff({ forever: false });
  expect(await clock.next()).toBe("step-timeout");
  await expect(hanging).rejects.toMatchObject({ code: "STEP_TIMEOUT" });

  const limited = new Slow({ clock, abortGrace: "1d" }).kickoff({ forever: true }, { timeout: "3d" });
  expect(await clock.next()).toBe("run-timeout");
  await clock.waitFor("grace");
  expect(await clock.next()).toBe("grace");
  await expect(limited).rejects.toMatchObject({ code: "RUN_TIMEOUT" });
  expect(clock.timers).toEqual([]);
});

test("the deadline of a question, with the run in memory and gone from it", async () => {
  const clock = new HandClock();
  class Survey extends Flow {
    @start() async ask1() {
      return this.ask("Well?", { timeout: "9d" });
    }
    @start() async beside() {
      await this.sleep("10d");
    }
  }
  const persistence = new MemoryPersistence();
  const flow = new Survey({ clock, persistence });
  const run = flow.kickoff();
  await expect.poll(() => clock.timers.map(({ about }) => about.purpose).sort()).toEqual(["deadline", "sleep"]);
  expect(await clock.next()).toBe("deadline");
  expect(await clock.next()).toBe("sleep");
  expect((await run).outputs).toMatchObject({ ask1: { answered: false } });

  class Alone extends Flow {
    @start() async only() {
      return this.ask("Well?", { timeout: "9d" });
    }
  }
  const alone = new Alone({ clock, persistence });
  const { id, status } = await alone.kickoff();
  expect(status).toBe("waiting");
  expect(await alone.runs.recover()).toEqual([]);
  clock.at += 9 * day;
  expect(await alone.runs.recover()).toMatchObject([{ id, status: "completed", output: { answered: false } }]);
});

test("harness: other code runs under a step's name, and the plan is the same", async () => {
  class Greeting extends Flow {
    readonly word = "hello";
    @start() greet() {
      return this.word;
    }
    @listen("greet") shout(text: string) {
      return text.toUpperCase();
    }
  }
  const seen: unknown[] = [];
  const flow = new Greeting({
    harness: (step, code) => (on, payload, sources) => {
      seen.push([step, payload]);
      return step === "greet" ? `${(on as Greeting).word} there` : code(on, payload, sources);
    },
  });
  const [one, plain] = [await flow.kickoff(), await new Greeting().kickoff()];
  expect(one).toMatchObject({ output: "HELLO THERE" });
  expect(plain).toMatchObject({ output: "HELLO" });
  expect(seen).toEqual([
    ["greet", {}],
    ["shout", "hello there"],
  ]);
  expect((await flow.runs.get(one.id))?.planHash).toBe(Greeting.plan().hash);
  expect(FlowError.is(await flow.resume("none").catch((error: unknown) => error), "RUN_NOT_FOUND")).toBe(true);
});
