/** What calls leave that never complete, for runs that go on from theirs. */
import { once } from "node:events";
import { Flow, type FlowLogger, failed, leaveBehind, listen, MemoryPersistence, start, thisOwner } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";

type How = "wait" | "fail" | "ask" | "retry" | "finish" | "sleep";
const aborted = ({ abortSignal }: { abortSignal: AbortSignal }) =>
  abortSignal.aborted ? undefined : once(abortSignal, "abort");

class Notes extends Flow<typeof Notes> {
  static inputs = z.object({ how: z.enum(["wait", "fail", "ask", "retry", "finish", "sleep"]).default("finish") });
  static state = z.object({ notes: z.array(z.string()).default([]), other: z.number().default(0) });
  begun: () => void = () => undefined;
  give: () => Readonly<Record<string, readonly unknown[]>> = () => ({ notes: ["half"] });
  reached = (): Promise<void> =>
    new Promise((resolve) => {
      this.begun = resolve;
    });

  @start({ retry: { attempts: 2, delay: "1h", if: (error) => String(error).includes("again") } })
  async note({ how }: { how: How }) {
    const takeBack = leaveBehind(() => this.give());
    this.begun();
    this.state.other++;
    if (how === "wait") {
      await aborted(this.call);
      throw new Error("stopped");
    }
    if (how === "finish") await aborted(this.call);
    if (how === "fail") throw new Error("no");
    if (how === "retry") throw new Error("again");
    if (how === "sleep") await this.sleep("1h");
    if (how === "ask") await this.ask("Well?");
    takeBack();
    this.state.notes.push("whole");
  }
}

/** A run that is cancelled once its step is under way. */
async function cancelled(flow: Notes, how: How, id: string) {
  const reached = flow.reached();
  const run = flow.continue("s", { how }, { id }).catch(() => undefined);
  await reached;
  await flow.runs.cancel(id);
  await run;
}

/** The notes that the session's next run begins with. */
async function next(flow: Notes) {
  const reached = flow.reached();
  const stop = new AbortController();
  const run = flow.continue("s", { how: "wait" }, { abortSignal: stop.signal }).catch((error) => error);
  await reached;
  stop.abort();
  const { runId } = await run;
  return ((await flow.runs.history(runId))[0]!.entry as { state: { notes: string[] } }).state.notes;
}

const journal = async (flow: Notes, id: string) => (await flow.runs.history(id)).map(({ entry }) => entry.type);

test("what a cancelled call leaves is there for the next run of the session, once, and not for its own", async () => {
  const flow = new Notes();
  await cancelled(flow, "wait", "one");
  expect(await journal(flow, "one")).toEqual(["started", "cancelled", "left", "failed", "ended"]);
  expect(await flow.runs.stateAt("one")).toEqual({ notes: [], other: 0 });
  expect(await next(flow)).toEqual(["half"]);
  // what that one was begun with stands in its state, and it leaves its own
  expect(await next(flow)).toEqual(["half", "half"]);
});

test("so it is for a run that continues it by its id, and for one that goes back to it", async () => {
  const flow = new Notes();
  await cancelled(flow, "wait", "one");
  const stop = AbortSignal.abort();
  await flow.continue("s", {}, { id: "two", from: null, abortSignal: stop }).catch(() => undefined);
  for (const [id, begin] of [
    ["three", () => flow.continue("s", {}, { id: "three", from: "one", abortSignal: stop })],
    ["four", () => flow.kickoff({}, { id: "four", continues: "one", abortSignal: stop })],
  ] as const) {
    await begin().catch(() => undefined);
    expect((await flow.runs.history(id))[0]!.entry).toMatchObject({ state: { notes: ["half"] } });
  }
  expect((await flow.runs.history("two"))[0]!.entry).toMatchObject({ state: { notes: [] } });
});

test("a run that is resumed leaves nothing of what it now does", async () => {
  const flow = new Notes();
  await cancelled(flow, "ask", "one");
  const waiting = await flow.resume("one");
  expect(waiting.status).toBe("waiting");
  const [question] = (await flow.runs.questions()).questions;
  expect((await flow.runs.answer(question!.id, "well")).status).toBe("completed");
  expect(await next(flow)).toEqual(["whole"]);
});

test("a call that completes while its run is cancelled leaves what it has committed, and no more", async () => {
  const flow = new Notes();
  await cancelled(flow, "finish", "one");
  expect((await flow.runs.get("one"))?.status).toBe("cancelled");
  expect(await next(flow)).toEqual(["whole"]);
});

test("what fails leaves it too; a failure that is handled does not", async () => {
  const flow = new Notes();
  await flow.continue("s", { how: "fail" }).catch(() => undefined);
  expect(await next(flow)).toEqual(["half"]);

  class Handled extends Notes {
    @listen(failed("note")) mend() {
      this.state.notes.push("mended");
    }
    @listen("mend") async stop() {
      this.begun();
      await aborted(this.call);
      throw new Error("stopped");
    }
  }
  const handled = new Handled();
  const stopping = new Promise<void>((resolve) => {
    handled.events.on("step.started", ({ step }) => step === "stop" && resolve());
  });
  const run = handled.continue("s", { how: "fail" }, { id: "one" }).catch(() => undefined);
  await stopping;
  await handled.runs.cancel("one");
  await run;
  expect(await next(handled)).toEqual(["mended"]);
});

describe("left while it waits, and cancelled in another process:", () => {
  test.each(["ask", "retry", "sleep"] as const)("%s", async (how) => {
    const persistence = new MemoryPersistence();
    const here = new Notes({ persistence });
    const run = await here.continue("s", { how }, { id: "one", returnOnSleep: true });
    expect(run.status).toBe("waiting");
    const there = new Notes({ persistence });
    await there.runs.cancel("one");
    expect(await next(there)).toEqual(["half"]);
  });
});

test("several calls leave in the order in which they were made", async () => {
  class Two extends Notes {
    override give = () => ({ notes: ["first"] });
    @start() async second() {
      leaveBehind(() => ({ notes: ["second"] }));
      leaveBehind(() => ({ notes: ["third"] }));
      await aborted(this.call);
      throw new Error("stopped");
    }
  }
  const flow = new Two();
  await cancelled(flow, "wait", "one");
  const { entry } = (await flow.runs.history("one")).find(({ entry }) => entry.type === "left")!;
  expect(entry).toMatchObject({
    calls: [
      [1, { notes: ["first"] }],
      [2, { notes: ["second", "third"] }],
    ],
  });
});

test("of a pruned journal, and of a fork", async () => {
  const flow = new Notes();
  await cancelled(flow, "wait", "one");
  const fork = await flow.runs.fork("one", { id: "fork" });
  await flow
    .kickoff({}, { id: "of the fork", continues: fork.id, abortSignal: AbortSignal.abort() })
    .catch(() => undefined);
  expect((await flow.runs.history("of the fork"))[0]!.entry).toMatchObject({ state: { notes: [] } });
  expect(await next(flow)).toEqual(["half"]);
  await flow.runs.prune({ status: "cancelled", keepResults: true });
  expect(await next(flow)).toEqual(["half", "half"]);
});

test("what can't be kept is logged, and the session goes on", async () => {
  const errors: string[] = [];
  const nothing = () => undefined;
  const error = (message: string, fields: { error: Error }) => errors.push(`${message}: ${fields.error.message}`);
  const logger = { debug: nothing, info: nothing, warn: nothing, error } as unknown as FlowLogger;
  const gives = [
    () => ({ notes: [5] }),
    () => ({ nots: ["a"] }),
    () => ({ other: ["a"] }),
    () => ({ notes: [nothing] }),
    () => ({ __proto__: null, constructor: ["a"] }),
    () => {
      throw new Error("oh");
    },
    () => ({}),
    () => ({ notes: [] }),
  ];
  for (const give of gives) {
    const flow = new Notes({ logger });
    flow.give = give as never;
    await cancelled(flow, "wait", "one");
    expect(await next(flow)).toEqual([]);
  }
  expect(new Set(errors.map((text) => text.slice(0, 70))).size).toBe(6);
  expect(() => leaveBehind(() => ({}))).toThrowError(/leaveBehind\(\) was used where no step is running/);
});

test("a cancel that was taken is not taken back by a crash in the middle of it", async () => {
  const persistence = new MemoryPersistence();
  const flow = new Notes({ persistence });
  await cancelled(flow, "wait", "one");
  const [first, ...rows] = (await flow.runs.history("one")).slice(0, 3);
  const { flow: name, version, planHash, createdAt } = (await persistence.get("one"))!;
  const run = { id: "cut", flow: name, version, planHash, plan: Notes.plan(), createdAt, owner: thisOwner() };
  const claim = persistence.create({ ...run, rows: [first!] });
  persistence.append(claim, { rows });
  persistence.release(claim);
  const [recovered] = await flow.runs.recover();
  expect(recovered).toMatchObject({ id: "cut", status: "cancelled" });
  expect(await journal(flow, "cut")).toEqual(["started", "cancelled", "left", "ended"]);
  const resumed = await flow.resume("cut", { timeout: 50 }).catch((error) => error);
  expect(resumed.code).toBe("RUN_TIMEOUT");
});
