/** Children that wait for people and signals, and children that are cancelled. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { collect, Flow, forEach, listen, MemoryPersistence, signal, start } from "../src/index.js";
import { failure } from "./support/failure.js";
import { HandClock } from "./support/hand-clock.js";

class Desk extends Flow<typeof Desk> {
  static inputs = z.object({ name: z.string() });
  static state = z.object({ begun: z.number().default(0) });
  @start() async greet({ name }: { name: string }) {
    this.state.begun++;
    const answer = await this.ask(`Hello ${name}?`);
    return `${name}: ${answer}`;
  }
}

class Office extends Flow<typeof Office> {
  static inputs = z.object({ names: z.array(z.string()) });
  @start() names({ names }: { names: string[] }) {
    return names;
  }
  @forEach("names") async each(name: string) {
    return this.runFlow(Desk, { name });
  }
  @listen(collect("each")) all(answers: unknown[]) {
    return answers.join(", ");
  }
}

test("a child that asks: the parent waits with it, and is answered through its own flow, by another instance", async () => {
  const persistence = new MemoryPersistence();
  const flow = new Office({ persistence });
  const waiting = await flow.kickoff({ names: ["Ada", "Bob"] }, { id: "o" });
  expect(waiting).toMatchObject({
    status: "waiting",
    waitingFor: [
      {
        kind: "flow",
        name: "o/each/1/Desk-1",
        flow: "Desk",
        steps: ["each"],
        waitingFor: [{ kind: "ask", prompt: "Hello Ada?" }],
      },
      { kind: "flow", name: "o/each/2/Desk-1", waitingFor: [{ kind: "ask", prompt: "Hello Bob?" }] },
    ],
  });
  const { questions } = await persistence.questions({});
  expect(questions.map(({ prompt }) => prompt).sort()).toEqual(["Hello Ada?", "Hello Bob?"]);
  const other = new Office({ persistence });
  const [first, second] = questions;
  expect(await other.runs.answer(first!.id, "one")).toMatchObject({
    id: "o",
    status: "waiting",
    waitingFor: [{ kind: "flow" }],
  });
  const done = await new Office({ persistence }).runs.answer(second!.id, "two");
  expect(done).toMatchObject({ id: "o", status: "completed" });
  expect(await persistence.get("o/each/1/Desk-1")).toMatchObject({ status: "completed" });
});

test("answered through the child's own flow: the parent goes on by resume or recover", async () => {
  for (const how of ["resume", "recover"] as const) {
    const persistence = new MemoryPersistence();
    await new Office({ persistence }).kickoff({ names: ["Ada"] }, { id: "o" });
    const { questions } = await persistence.questions({});
    const desk = new Desk({ persistence });
    expect(await desk.runs.answer(questions[0]!.id, "yes")).toMatchObject({ status: "completed", output: "Ada: yes" });
    const office = new Office({ persistence });
    expect(await office.runs.get("o")).toMatchObject({ status: "waiting" });
    if (how === "resume") expect(await office.resume("o")).toMatchObject({ status: "completed", output: "Ada: yes" });
    else expect(await office.runs.recover()).toMatchObject([{ id: "o", status: "completed", output: "Ada: yes" }]);
  }
});

test("a child that moved on where nobody knows its parent: what the parent waits for is told as of now", async () => {
  class Twice extends Flow {
    @start() async talk() {
      await this.ask("First?");
      return this.ask("Second?", { timeout: "1h" });
    }
  }
  class Middle extends Flow {
    @start() async hear() {
      return this.runFlow(Twice);
    }
  }
  class Outer extends Flow {
    @start() async hear() {
      return this.runFlow(Middle);
    }
  }
  const persistence = new MemoryPersistence();
  await new Outer({ persistence }).kickoff({}, { id: "o" });
  const twice = new Twice({ persistence });
  const prompts = async () => {
    const { runs } = new Outer({ persistence });
    const [listed] = (await runs.list()).runs;
    const got = await runs.get("o");
    expect(listed).toEqual(got);
    const [middle] = (got?.waitingFor ?? []) as {
      waitingFor: { waitingFor: { prompt: string }[]; until?: number }[];
    }[];
    const [inner] = middle!.waitingFor;
    return { until: inner?.until, due: await runs.nextDue(), asked: inner?.waitingFor.map(({ prompt }) => prompt) };
  };
  expect(await prompts()).toEqual({ until: undefined, due: undefined, asked: ["First?"] });
  const [first] = (await twice.runs.questions()).questions;
  expect(await twice.runs.answer(first!.id, "yes")).toMatchObject({ status: "waiting" });
  const before = Date.now();
  const { due, ...waits } = await prompts();
  expect(waits).toEqual({ until: expect.any(Number), asked: ["Second?"] });
  // there is news of its child: it is due already, and once it has taken that in, by then
  expect(due).toBeLessThanOrEqual(Date.now());
  expect(waits.until).toBeGreaterThan(before);
  expect(await new Outer({ persistence }).runs.recover()).toMatchObject([{ id: "o", status: "waiting" }]);
  expect(await prompts()).toEqual({ ...waits, due: waits.until });
  const [second] = (await twice.runs.questions()).questions;
  expect(await twice.runs.answer(second!.id, "no")).toMatchObject({ status: "completed" });
  const [middle] = (await new Outer({ persistence }).runs.get("o"))!.waitingFor as { waitingFor: object[] }[];
  expect(middle!.waitingFor).toMatchObject([{ kind: "flow", waitingFor: [] }]);
  expect(await new Outer({ persistence }).resume("o")).toMatchObject({ status: "completed" });
});

const Go = signal("go", z.number());
let aborted: string[] = [];
class Sleeper extends Flow {
  @start() async nap() {
    const { abortSignal } = this.call;
    await new Promise<void>((resolve) => abortSignal.addEventListener("abort", () => resolve()));
    aborted.push(this.call.runId);
    throw new Error("woken");
  }
}
class Waiter extends Flow {
  @start() begin() {}
  @listen(Go) go(n: number) {
    return n;
  }
}
class Nest extends Flow<typeof Nest> {
  static inputs = z.object({ deep: z.number(), sleep: z.boolean() });
  @start() async go({ deep, sleep }: { deep: number; sleep: boolean }): Promise<unknown> {
    if (deep > 0) return this.runFlow(Nest, { deep: deep - 1, sleep });
    return sleep ? this.runFlow(Sleeper) : this.runFlow(Waiter);
  }
}
const statuses = async (persistence: MemoryPersistence) =>
  (await persistence.list({})).runs.map(({ status }) => status);

test("cancelling a run cancels its children and theirs: live, parked, by another instance; a resume goes on with all", async () => {
  aborted = [];
  const persistence = new MemoryPersistence();
  const flow = new Nest({ persistence });
  const running = flow.kickoff({ deep: 2, sleep: true }, { id: "live" }).catch((thrown: unknown) => thrown);
  while ((await persistence.list({ flow: "Sleeper" })).runs.length === 0) await pause(5);
  await new Nest({ persistence }).runs.cancel("live", "enough");
  expect(await running).toMatchObject({ code: "RUN_CANCELLED" });
  expect(aborted).toHaveLength(1);
  expect(await statuses(persistence)).toEqual(Array(4).fill("cancelled"));

  const store = new MemoryPersistence();
  expect(await new Nest({ persistence: store }).kickoff({ deep: 2, sleep: false }, { id: "n" })).toMatchObject({
    status: "waiting",
  });
  await new Nest({ persistence: store }).runs.cancel("n", "enough");
  expect(await statuses(store)).toEqual(Array(4).fill("cancelled"));
  const again = await new Nest({ persistence: store }).resume("n");
  expect(again).toMatchObject({ status: "waiting" });
  const [waiter] = (await store.list({ flow: "Waiter" })).runs;
  await new Waiter({ persistence: store }).signal(waiter!.id, Go, 7);
  expect(await new Nest({ persistence: store }).resume("n")).toMatchObject({ status: "completed", output: 7 });
  expect(await statuses(store)).toEqual(Array(4).fill("completed"));
});

test("a timeout cancels what the step has started", async () => {
  aborted = [];
  const persistence = new MemoryPersistence();
  class Timed extends Flow {
    @start({ timeout: 20 }) go() {
      return this.runFlow(sleeper);
    }
  }
  const clock = new HandClock();
  const sleeper = new Sleeper({ clock });
  const asleep = new Promise<void>((resolve) => void sleeper.events.on("step.started", () => resolve()));
  const timed = failure(new Timed({ persistence, clock }).kickoff());
  await asleep;
  expect(await clock.next()).toBe("step-timeout");
  expect(await timed).toMatchObject({ code: "STEP_TIMEOUT" });
  await expect.poll(() => statuses(persistence)).toEqual(["cancelled", "failed"]);
  expect(aborted).toHaveLength(1);
});

test("a child that waits while the parent is at work: its signal is taken in at once", async () => {
  const persistence = new MemoryPersistence();
  const waiters = new Waiter({ persistence });
  class Busy extends Flow {
    @start() go() {
      return this.runFlow(waiters);
    }
    @start() async work() {
      while ((await persistence.get("b/go/1/Waiter-1"))?.status !== "waiting") await pause(2);
      await waiters.signal("b/go/1/Waiter-1", Go, 3);
      return 1;
    }
    @listen("go") last(n: unknown) {
      return n;
    }
  }
  expect(await new Busy({ persistence }).kickoff({}, { id: "b" })).toMatchObject({ status: "completed", output: 3 });
});

test("children at once of which one waits: the run comes to rest, and goes on with it alone", async () => {
  const persistence = new MemoryPersistence();
  const started: string[] = [];
  class Both extends Flow {
    @start() async go() {
      const [n, slow] = await Promise.all([this.runFlow(Waiter), this.runFlow(Slow)]);
      return [n, slow];
    }
  }
  class Slow extends Flow {
    @start() async go() {
      started.push("slow");
      await pause(20);
      return "slow";
    }
  }
  const run = await new Both({ persistence }).kickoff({}, { id: "b" });
  expect(run).toMatchObject({
    status: "waiting",
    waitingFor: [{ kind: "flow", waitingFor: [{ kind: "signal", name: "go" }] }],
  });
  await new Waiter({ persistence }).signal("b/go/1/Waiter-1", Go, 4);
  expect(await new Both({ persistence }).resume("b")).toMatchObject({ status: "completed", output: [4, "slow"] });
  expect(started).toEqual(["slow"]);
});

test("the process that ran a parent drives it on when its child is brought to an end by the child's own instance", async () => {
  const persistence = new MemoryPersistence();
  const waiter = new Waiter({ persistence });
  class Host extends Flow {
    @start() go() {
      return this.runFlow(waiter);
    }
  }
  const host = new Host({ persistence });
  expect(await host.kickoff({}, { id: "h" })).toMatchObject({ status: "waiting" });
  expect(await waiter.signal("h/go/1/Waiter-1", Go, 1)).toMatchObject({ status: "completed" });
  expect(await host.runs.get("h")).toMatchObject({ status: "completed" });
});
