import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { and, Flow, type FlowError, type FlowEvent, keep, listen, or, router, start } from "../src/index.js";
import { Desk } from "./support/desk.js";
import { failure } from "./support/failure.js";

const keys: string[] = [];
let broken = false;

/** A loop around a fan-out and a join, beside it a one-off that is kept for every round. */
class Mill extends Flow<typeof Mill> {
  static state = z.object({ rounds: z.number(), round: z.number().default(0), seen: z.array(z.string()).default([]) });
  @start() begin() {
    this.#note();
  }
  @start() async factor() {
    await pause(1);
    return 3;
  }
  @listen(or("begin", "again")) plan() {
    this.#note();
    return ++this.state.round;
  }
  @listen(and(keep("factor"), "plan")) left({ plan, factor }: { plan: number; factor: number }) {
    this.#note();
    return plan * factor;
  }
  @listen("plan") async right(round: number) {
    await pause(1);
    if (broken && round === 2) throw new Error("as asked");
    this.#note();
    return round;
  }
  @router(and("left", "right"), { routes: ["again", "done"] }) check() {
    return this.state.round < this.state.rounds ? "again" : "done";
  }
  @listen("done") finish() {
    return { rounds: this.state.round, seen: [...this.state.seen].sort() };
  }
  #note() {
    this.state.seen.push(`${this.call.step}${this.call.number}`);
    keys.push(this.call.idempotencyKey);
  }
}

describe("a fork", () => {
  test("at every position stands where the original stood, and goes on to the same end", async () => {
    const sample = fc.record({ rounds: fc.integer({ min: 1, max: 3 }), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(sample, async ({ rounds, fails }) => {
        const mill = new Mill();
        broken = fails;
        const id = await mill.kickoff({ rounds }).then(
          (result) => result.id,
          (error: FlowError) => error.runId!,
        );
        broken = false;
        const history = await mill.runs.history(id);
        const expected = await new Mill().kickoff({ rounds });
        for (const { seq } of history) {
          const { id: forkId } = await mill.runs.fork(id, { at: seq });
          expect(await mill.runs.stateAt(forkId)).toEqual(await mill.runs.stateAt(id, seq));
          const from = keys.length;
          const result = await mill.resume(forkId);
          expect(result.status === "completed" && result.output).toEqual(expected.output);
          expect(new Set(keys.slice(from)).size).toBe(keys.length - from);
          for (const key of keys.slice(from)) expect(key).toContain(forkId);
          const done = history.slice(0, seq).flatMap(({ entry }) => (entry.type === "completed" ? [entry] : []));
          for (const { step, number } of done) expect(keys.slice(from)).not.toContain(`${forkId}:${step}:${number}`);
        }
        expect((await mill.runs.history(id)).length).toBe(history.length);
      }),
      { numRuns: 12 },
    );
  });

  test("is stored at rest, tells where it comes from, and is driven by resume", async () => {
    const mill = new Mill();
    const events: FlowEvent[] = [];
    const { id } = await mill.kickoff({ rounds: 2 });
    mill.events.on("*", (event) => void events.push(event));
    const from = keys.length;
    const fork = await mill.runs.fork(id, { at: { step: "plan", number: 1 }, id: "fork" });
    expect(fork).toMatchObject({ id: "fork", status: "waiting", waitingFor: [], position: 1, owned: false });
    expect(fork.forkedFrom?.run).toBe(id);
    expect(keys.length).toBe(from);
    expect(await mill.runs.recover()).toEqual([]);
    expect(events).toMatchObject([{ type: "run.forked", runId: "fork", from: fork.forkedFrom }]);
    expect(await mill.runs.history("fork")).toMatchObject([
      { seq: 1, entry: { type: "forked", from: fork.forkedFrom } },
    ]);
    expect((await mill.runs.list({ forkedFrom: id })).runs).toEqual([fork]);
    const result = await mill.resume("fork");
    expect(result).toMatchObject({ status: "completed", output: { rounds: 2 } });
    expect((await mill.runs.get("fork"))?.forkedFrom).toEqual(fork.forkedFrom);
    expect(await failure(mill.runs.fork(id, { id: "fork" }))).toMatchObject({ code: "RUN_EXISTS" });
  });

  test("takes another state: fields put over it, changes made in it, or another one answered", async () => {
    const mill = new Mill();
    const { id } = await mill.kickoff({ rounds: 1 });
    const at = { step: "plan" };
    const byFields = await mill.runs.fork(id, { at, state: { rounds: 3 } });
    const inPlace = await mill.runs.fork(id, {
      at,
      state(state) {
        state.rounds = 2;
        state.seen.push("edited");
      },
    });
    const answered = await mill.runs.fork(id, {
      at,
      state: (state) => ({ ...state, seen: state.seen.slice(0, 1), round: 7 }),
    });
    expect(await mill.resume(byFields.id)).toMatchObject({ output: { rounds: 3 }, state: { rounds: 3 } });
    const edited = await mill.resume(inPlace.id);
    expect(edited).toMatchObject({ output: { rounds: 2 } });
    expect(edited.state.seen).toContain("edited");
    expect(await mill.runs.stateAt(answered.id)).toEqual({ rounds: 1, round: 7, seen: ["begin1"] });
    expect((await mill.resume(id)).state).toMatchObject({ rounds: 1, round: 1 });
    expect(await mill.runs.stateAt(id, { step: "plan" })).toMatchObject({ rounds: 1, seen: ["begin1", "plan1"] });
  });

  test("whose state does not fit is not stored", async () => {
    const mill = new Mill();
    const { id } = await mill.kickoff({ rounds: 1 });
    const edits = [{ round: "1" }, { rond: 1 }, (state: object) => Object.assign(state, { round: null }), () => ({})];
    for (const state of edits) {
      expect(await failure(mill.runs.fork(id, { state: state as never }))).toMatchObject({
        code: "STATE_INVALID",
        runId: id,
        message: expect.stringContaining(`a fork of run ${id}`),
      });
    }
    const promised = () => Promise.resolve({});
    expect((await failure(mill.runs.fork(id, { state: promised as never }))).code).toBe("STATE_NOT_SERIALIZABLE");
    const thrown = () => {
      throw new Error("mine");
    };
    await expect(mill.runs.fork(id, { state: thrown })).rejects.toThrow("mine");
    expect((await mill.runs.list({ forkedFrom: id })).runs).toEqual([]);
  });

  test("without a position begins where the run stands: waiting, failed, ended", async () => {
    const desk = new Desk();
    const waiting = await desk.kickoff({ text: "a" });
    const fork = await desk.runs.fork(waiting.id, { state: { text: "b" } });
    expect(fork).toMatchObject({
      status: "waiting",
      waitingFor: [{ kind: "signal", name: "say", steps: ["publish"] }],
    });
    expect(await desk.signal(fork.id, "say", "yes")).toMatchObject({ output: "a yes", state: { text: "b" } });
    expect((await desk.runs.get(waiting.id))?.status).toBe("waiting");
    const done = await desk.signal(waiting.id, "say", "no");
    expect(done).toMatchObject({ output: "a no" });

    const ended = await desk.runs.fork(waiting.id, { state: { text: "c" } });
    expect(ended.status).toBe("completed");
    expect(await desk.resume(ended.id)).toMatchObject({ status: "completed", output: "a no", state: { text: "c" } });
    expect((await failure(desk.signal(ended.id, "say", "x"))).code).toBe("RUN_ENDED");

    broken = true;
    const mill = new Mill();
    const { runId } = await failure(mill.kickoff({ rounds: 2 }));
    const failed = await mill.runs.fork(runId!);
    expect(failed.status).toBe("failed");
    broken = false;
    expect(await mill.resume(failed.id)).toMatchObject({ output: { rounds: 2 } });
    expect((await mill.runs.get(runId!))?.status).toBe("failed");
  });

  test("of a fork, at a position of the fork's own journal", async () => {
    const mill = new Mill();
    const { id } = await mill.kickoff({ rounds: 3 });
    const child = await mill.runs.fork(id, { at: { step: "plan", number: 1 } });
    await mill.resume(child.id);
    const grandchild = await mill.runs.fork(child.id, { at: { step: "plan", number: 2 } });
    expect(grandchild.forkedFrom).toMatchObject({ run: child.id });
    expect(await mill.runs.stateAt(grandchild.id)).toMatchObject({ round: 2 });
    expect((await mill.resume(grandchild.id)).outputs.finish).toEqual((await mill.resume(id)).outputs.finish);
    const copy = await mill.runs.fork(child.id, { at: 1 });
    expect(await mill.runs.stateAt(copy.id)).toEqual(await mill.runs.stateAt(child.id, 1));
    expect((await mill.resume(copy.id)).outputs.finish).toMatchObject({ rounds: 3 });
  });

  test("of a run that is being driven leaves it alone, and runs its open calls anew", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const noted: string[] = [];
    class Slow extends Flow<{ n: number }> {
      override initialState = { n: 0 };
      @start() quick() {
        this.state.n++;
      }
      @listen("quick") async long() {
        noted.push(this.call.idempotencyKey);
        const got = await this.once("got", () => noted.push("once"));
        if (this.call.runId === "live") await held;
        this.state.n++;
        return got;
      }
    }
    const slow = new Slow();
    const live = slow.kickoff({}, { id: "live" });
    while (noted.length < 2) await pause(1);
    await pause(5);
    const fork = await slow.runs.fork("live", { id: "fork" });
    expect(fork).toMatchObject({ status: "waiting", waitingFor: [] });
    expect(await slow.resume("fork")).toMatchObject({ state: { n: 2 }, output: 2 });
    expect(await slow.runs.get("live")).toMatchObject({ status: "running" });
    release();
    expect(await live).toMatchObject({ state: { n: 2 } });
    expect(noted).toEqual(["live:long:1", "once", "fork:long:1"]);
  });

  test("asks its own questions, with the answers that were given before", async () => {
    class Asking extends Flow {
      @start() async both() {
        const first = await this.ask("first?", { schema: z.string() });
        const second = await this.ask("second?", { schema: z.string() });
        return `${first} ${second}`;
      }
    }
    const asking = new Asking();
    const { id } = await asking.kickoff();
    const open = async (runId: string) => (await asking.runs.questions({ runId })).questions;
    await asking.runs.answer((await open(id))[0]!.id, "a");
    const [second] = await open(id);
    const fork = await asking.runs.fork(id);
    expect(await open(fork.id)).toEqual([]);
    expect((await asking.resume(fork.id)).status).toBe("waiting");
    const [own] = await open(fork.id);
    expect(own).toMatchObject({ prompt: "second?" });
    expect(own!.id).not.toBe(second!.id);
    expect(await asking.runs.answer(own!.id, "b")).toMatchObject({ id: fork.id, output: "a b" });
    expect(await asking.runs.answer(second!.id, "c")).toMatchObject({ id, output: "a c" });
  });

  test("belongs to no session, and changes none", async () => {
    const mill = new Mill();
    const first = await mill.continue("s", { rounds: 1 });
    const fork = await mill.runs.fork(first.id, { at: { step: "plan" }, state: { round: 50 } });
    expect(fork.session).toBeUndefined();
    await mill.resume(fork.id);
    expect((await mill.continue("s")).state.round).toBe(2);
  });
});
