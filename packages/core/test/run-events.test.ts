import { setTimeout as pause } from "node:timers/promises";
import {
  Flow,
  type FlowError,
  type JournaledEvent,
  listen,
  MemoryPersistence,
  or,
  type RunEventItem,
  type RunEventsOptions,
  router,
  start,
} from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { eventsIn as all, Go, Waits } from "./support/waits.js";

class Count extends Flow<typeof Count> {
  static state = z.object({ n: z.number().default(0) });
  @start() begin() {}
  @listen(or("begin", "again")) count() {
    return ++this.state.n;
  }
  @router("count", { routes: ["again", "done"] }) check(n: number) {
    return n < 3 ? "again" : "done";
  }
}

const about = ({ position, part, event }: RunEventItem) => `${position}.${part} ${event.type}`;
const failure = (events: AsyncIterable<RunEventItem>) => all(events).catch((error: unknown) => error as FlowError);

test("each event with its entry's position; after: a position, or one of the events of an entry", async () => {
  const flow = new Waits();
  const { id } = await flow.kickoff();
  await flow.signal(id, Go, 7);
  const items = await all(flow.runs.events(id));
  expect(items.map(about)).toEqual([
    "1.0 run.created",
    "1.1 run.started",
    "2.0 step.completed",
    "3.0 signal.received",
    "4.0 step.completed",
    "5.0 run.completed",
  ]);
  const newest = items.at(-1)!.event;
  expect(newest).toEqual({
    type: "run.completed",
    seq: newest.seq,
    runId: id,
    flow: "Waits",
    at: expect.any(Number),
    position: 5,
    output: 7,
  } satisfies JournaledEvent);
  const after = async (after: RunEventsOptions["after"]) =>
    (await all(flow.runs.events(id, after === undefined ? {} : { after }))).map(about);
  expect(await after(0)).toEqual(items.map(about));
  expect(await after(2)).toEqual(items.slice(3).map(about));
  expect(await after(items[0])).toEqual(items.slice(1).map(about));
  expect(await after({ position: 3, part: 0 })).toEqual(items.slice(4).map(about));
  expect(await after(5)).toEqual([]);
});

test("follow: what comes later, to all who follow, until the run has ended", async () => {
  const persistence = new MemoryPersistence();
  const here = new Waits({ persistence });
  const there = new Waits({ persistence });
  const { id } = await here.kickoff();
  const followed = [here, here, there].map((flow) => all(flow.runs.events(id, { follow: true })));
  await pause(5);
  const left = here.runs.events(id, { follow: true });
  for await (const { event } of left) if (event.type === "step.completed") break;
  await there.signal(id, Go, 1);
  const whole = await all(here.runs.events(id));
  for (const items of await Promise.all(followed)) expect(items).toEqual(whole);
  expect(await all(here.runs.events(id, { follow: true, after: 4 }))).toEqual(whole.slice(-1));
});

test("follow: aborting ends the iteration; a run that is removed meanwhile is not found", async () => {
  const persistence = new MemoryPersistence();
  const flow = new Waits({ persistence });
  const { id } = await flow.kickoff();
  const controller = new AbortController();
  const followed = all(flow.runs.events(id, { follow: true, abortSignal: controller.signal }));
  await pause(5);
  controller.abort();
  expect((await followed).length).toBe(3);
  expect(await all(flow.runs.events(id, { follow: true, abortSignal: AbortSignal.abort() }))).toEqual([]);
  class Gone extends MemoryPersistence {
    gone = false;
    override get(runId: string) {
      return this.gone ? undefined : super.get(runId);
    }
  }
  const store = new Gone();
  const other = new Waits({ persistence: store });
  const run = await other.kickoff();
  const lost = failure(other.runs.events(run.id, { follow: true }));
  await pause(5);
  store.gone = true;
  expect(await lost).toMatchObject({ code: "RUN_NOT_FOUND" });
});

test("a journal that was shortened: from where it is kept; what is gone is an error", async () => {
  const flow = new Count();
  const { id } = await flow.kickoff();
  const whole = await all(flow.runs.events(id));
  expect(whole.length).toBeGreaterThan(10);
  await flow.runs.prune({ keep: 0, keepResults: true });
  expect(await all(flow.runs.events(id))).toEqual(whole.slice(-1));
  const newest = whole.at(-1)!.position;
  expect(await all(flow.runs.events(id, { after: newest }))).toEqual([]);
  for (const after of [0, 1, newest - 2, whole[1]!])
    expect(await failure(flow.runs.events(id, { after }))).toMatchObject({ code: "RUN_POSITION_GONE" });
});

test("a failed run that is resumed: what was told before comes first, then how it goes on", async () => {
  let broken = true;
  class Mends extends Flow {
    @start({ retry: { attempts: 2, delay: 0 } }) work() {
      if (broken) throw new Error("not yet");
      return "done";
    }
  }
  const flow = new Mends();
  await flow.kickoff({}, { id: "run" }).catch(() => undefined);
  broken = false;
  await flow.resume("run");
  const items = await all(flow.runs.events("run"));
  expect(items.map(about)).toEqual([
    "1.0 run.created",
    "1.1 run.started",
    "2.0 step.retrying",
    "3.0 step.failed",
    "4.0 run.failed",
    "5.0 run.resumed",
    "6.0 step.completed",
    "7.0 run.completed",
  ]);
  expect(items[5]?.event).toMatchObject({ from: "failed" });
  expect(items[6]?.event).toMatchObject({ attempt: 3 });
});

test("a run that was brought to other code is told by the code of each time", async () => {
  const persistence = new MemoryPersistence();
  class Old extends Flow {
    static flowName = "Letter";
    @start() draft() {
      return "d";
    }
    @listen(Go) send() {
      return "sent";
    }
  }
  class New extends Flow {
    static flowName = "Letter";
    @start() write() {
      return "d";
    }
    @listen(Go) mail() {
      return "mailed";
    }
    @listen("mail") file() {}
  }
  const { id } = await new Old({ persistence }).kickoff();
  const flow = new New({ persistence });
  await flow.runs.migrate(id, { rename: { draft: "write", send: "mail" } });
  await flow.signal(id, Go, 1);
  const steps = (await all(flow.runs.events(id))).flatMap(({ event }) => ("step" in event ? [event.step] : []));
  expect(steps).toEqual(["draft", "mail", "file"]);
  expect((await all(flow.runs.events(id, { after: 2 })))[0]?.event.type).toBe("signal.received");
});

test("what can't be: another flow's run, none, and no position", async () => {
  const persistence = new MemoryPersistence();
  const flow = new Waits({ persistence });
  const { id } = await flow.kickoff();
  expect(await failure(new Count({ persistence }).runs.events(id))).toMatchObject({ code: "RUN_FLOW_MISMATCH" });
  expect(await failure(flow.runs.events("none"))).toMatchObject({ code: "RUN_NOT_FOUND" });
  expect(await failure(flow.runs.events(id, { after: 99 }))).toMatchObject({ code: "RUN_POSITION_UNKNOWN" });
  for (const after of [-1, 1.5, Number.NaN, "3", null, {}, { position: 1 }, { position: 1, part: -1 }])
    expect(await failure(flow.runs.events(id, { after: after as number }))).toMatchObject({
      code: "PERSISTENCE_QUERY_INVALID",
    });
});

test("ten thousand entries, and a thousand followers", { timeout: 60_000 }, async () => {
  class Long extends Flow<typeof Long> {
    static state = z.object({ n: z.number().default(0) });
    @start() begin() {}
    @listen(or("begin", "again")) count() {
      return ++this.state.n;
    }
    @router("count", { routes: ["again", "done"] }) check(n: number) {
      return n < 2500 ? "again" : "done";
    }
  }
  const flow = new Long({ maxCalls: 10_000, persistence: new MemoryPersistence({ keepEntries: 100_000 }) });
  const { id } = await flow.kickoff();
  const items = await all(flow.runs.events(id));
  expect(items.filter(({ event }) => event.type === "step.completed").length).toBe(5001);
  const one = new Waits();
  const run = await one.kickoff();
  const halfway = await all(flow.runs.events(id, { after: 4000 }));
  expect(halfway).toEqual(items.filter(({ position }) => position > 4000));
  const followed = Array.from({ length: 1000 }, () => all(one.runs.events(run.id, { follow: true })));
  await one.signal(run.id, Go, 1);
  for (const read of await Promise.all(followed)) expect(read.length).toBe(6);
});
