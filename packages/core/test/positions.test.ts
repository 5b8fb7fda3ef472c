import { describe, expect, test } from "vitest";
import { z } from "zod";
import { and, Flow, FlowError, listen, MemoryPersistence, or, router, signal, start } from "../src/index.js";
import { Desk } from "./support/desk.js";
import { failure } from "./support/failure.js";

class Long extends Flow<typeof Long> {
  static state = z.object({ n: z.number().default(0), to: z.number(), trail: z.array(z.number()).default([]) });
  @start() begin() {}
  @router(or("begin", "more"), { routes: ["more", "done"] }) step() {
    this.state.n++;
    this.state.trail.push(this.state.n);
    return this.state.n < this.state.to ? "more" : "done";
  }
  @listen("done") end() {
    return this.state.n;
  }
}

describe("positions", () => {
  test("that a run does not have are told", async () => {
    const desk = new Desk();
    const { id } = await desk.kickoff({ text: "a" });
    for (const at of [0, -1, 3, 1.5, Number.NaN, { step: "drafd" }, { step: "draft", number: 2 }]) {
      const error = await failure(desk.runs.fork(id, { at }));
      expect(error).toMatchObject({ code: "RUN_POSITION_UNKNOWN", runId: id, details: { newest: 2 } });
      expect((await failure(desk.runs.stateAt(id, at))).message).toBe(error.message);
    }
    expect((await failure(desk.runs.fork(id, { at: { step: "drafd" } }))).hint).toContain('"draft"');
    for (const verb of [desk.runs.fork("nobody"), desk.runs.stateAt("nobody")]) {
      expect((await failure(verb)).code).toBe("RUN_NOT_FOUND");
    }
  });

  test("of another flow's run are not looked at", async () => {
    const persistence = new MemoryPersistence();
    const { id } = await new Desk({ persistence }).kickoff({ text: "a" });
    const long = new Long({ persistence });
    expect((await failure(long.runs.fork(id))).code).toBe("RUN_FLOW_MISMATCH");
    expect((await failure(long.runs.stateAt(id))).code).toBe("RUN_FLOW_MISMATCH");
  });

  test("behind the kept end of a journal are gone; those in it, and after a snapshot, are there", async () => {
    const long = new Long({ persistence: new MemoryPersistence({ keepEntries: 200 }), maxCalls: 5000 });
    const { id } = await long.kickoff({ to: 3000 });
    const kept = (await long.runs.history(id))[0]!.seq;
    expect(kept).toBeGreaterThan(1);
    for (const at of [5, kept, { step: "step", number: 3 }]) {
      const error = await failure(long.runs.fork(id, { at }));
      expect(error.code).toBe("RUN_POSITION_GONE");
      if (!FlowError.is(error, "RUN_POSITION_GONE")) throw error;
      const { oldest } = error.details;
      if (typeof at !== "number") continue;
      expect(await long.runs.stateAt(id, oldest)).toMatchObject({ n: oldest - 2 });
      expect((await failure(long.runs.stateAt(id, oldest - 1))).code).toBe("RUN_POSITION_GONE");
    }
    const fork = await long.runs.fork(id, { at: { step: "step", number: 2995 }, state: { to: 3005 } });
    const result = await long.resume(fork.id);
    expect(result).toMatchObject({ output: 3005 });
    expect(result.state.trail).toHaveLength(3005);
  });

  test("of a journal that was dropped are gone, but the last one, from which it can be forked", async () => {
    const long = new Long();
    const { id, state } = await long.kickoff({ to: 20 });
    expect(await long.runs.prune({ keep: 0, keepResults: true })).toMatchObject({ runs: 1 });
    expect((await failure(long.runs.stateAt(id, 5))).code).toBe("RUN_POSITION_GONE");
    expect(await long.runs.stateAt(id)).toEqual(state);
    const fork = await long.runs.fork(id, { state: { to: 1 } });
    expect(await long.resume(fork.id)).toMatchObject({ status: "completed", output: 20, state: { to: 1, n: 20 } });
    const session = new Long();
    await session.continue("s", { to: 9 });
    await session.runs.prune({ keep: 0, keepResults: true });
    expect((await session.continue("s", { to: 12 })).state).toMatchObject({ n: 12 });
  });

  test("of a long journal are all there where the store keeps it", async () => {
    const long = new Long({ persistence: new MemoryPersistence({ keepEntries: 1e6 }), maxCalls: 5000 });
    const { id } = await long.kickoff({ to: 2500 });
    expect(await long.runs.stateAt(id, 1)).toEqual({ n: 0, to: 2500, trail: [] });
    for (const n of [1, 1000, 1001, 2499]) {
      const state = await long.runs.stateAt(id, { step: "step", number: n });
      expect(state.n).toBe(n);
      expect(state.trail).toHaveLength(n);
      expect(Object.isFrozen(state.trail)).toBe(true);
    }
    const fork = await long.runs.fork(id, { at: 700, state: { to: 710 } });
    expect((await long.resume(fork.id)).outputs.end).toBe(710);
  });
});

describe("changed code", () => {
  test("a position is read by the plan of then, and the fork goes on by the one of now", async () => {
    const persistence = new MemoryPersistence();
    class Before extends Flow<typeof Before> {
      static flowName = "Changing";
      static state = z.object({ n: z.number().default(0) });
      @start() one() {
        return ++this.state.n;
      }
      @listen(and("one", signal("go"))) two() {
        return ++this.state.n;
      }
    }
    class After extends Flow<typeof After> {
      static flowName = "Changing";
      static state = z.object({ n: z.number().default(0), by: z.number().default(10) });
      @start() zero() {}
      @start() one() {
        return ++this.state.n;
      }
      @listen(and("one", signal("go"))) two() {
        this.state.n += this.state.by;
      }
      @listen("two") three() {
        return this.state.n;
      }
    }
    const { id } = await new Before({ persistence }).kickoff();
    const after = new After({ persistence });
    const early = await after.runs.fork(id);
    expect(await after.signal(early.id, "go")).toMatchObject({ output: 11, state: { n: 11, by: 10 } });
    await after.signal(id, "go");
    const history = await after.runs.history(id);
    expect(history.map(({ entry }) => entry.type)).toContain("migrated");
    for (const at of [2, { step: "one" }] as const) {
      const fork = await after.runs.fork(id, { at, state: { n: 5 } });
      expect(await after.signal(fork.id, "go")).toMatchObject({ output: 15 });
    }
    expect(await after.runs.stateAt(id, 2)).toEqual({ n: 1 });
    expect(await after.runs.stateAt(id)).toEqual({ n: 11, by: 10 });
  });
});
