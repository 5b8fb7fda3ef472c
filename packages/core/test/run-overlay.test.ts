/** What pictures are told of a run. */
import {
  and,
  approval,
  collect,
  each,
  Flow,
  FlowError,
  failed,
  forEach,
  listen,
  MemoryPersistence,
  or,
  overlayOf,
  race,
  route,
  router,
  settled,
  signal,
  start,
} from "millrace";
import { describe, expect, test } from "vitest";
import { failure } from "./support/failure.js";

const Go = signal("go");

describe("a run's overlay", () => {
  test("counts calls, retries, labels and skips, and knows how long calls took", async () => {
    class Rounds extends Flow<{ n: number }> {
      override initialState = { n: 0 };
      #fails = 1;
      @start({ retry: { attempts: 2, delay: 0 } }) begin() {
        if (this.#fails-- > 0) throw new Error("not yet");
        return "";
      }
      @router(or("begin", "again"), { routes: ["again", "done"] }) round(_: string) {
        return route(++this.state.n < 3 ? "again" : "done", "");
      }
      @listen("done", { when: () => false }) never() {}
    }
    const flow = new Rounds();
    const { id } = await flow.kickoff();
    const { steps, ...run } = await flow.runs.overlay(id);
    expect(run).toMatchObject({ run: id, flow: "Rounds", status: "completed", whole: true, signals: {} });
    expect(steps.begin).toMatchObject({ standing: "completed", calls: 1, retries: 1, failed: 0 });
    expect(steps.begin!.recent).toMatchObject([{ number: 1, attempts: 2, standing: "completed" }]);
    expect(steps.begin!.lastMs).toBeGreaterThanOrEqual(0);
    expect(steps.round).toMatchObject({ calls: 3, completed: 3, labels: { again: 2, done: 1 } });
    expect(steps.never).toMatchObject({ standing: "skipped", calls: 1, skipped: 1 });
    expect(JSON.parse(JSON.stringify(steps))).toEqual(steps);
  });

  test("tells when a step's calls ended, how long they took and what they used, failed attempts too", async () => {
    class Inner extends Flow {
      @start() think() {
        this.addUsage({ tokens: 5 });
      }
    }
    class Outer extends Flow {
      #fails = 1;
      @start({ retry: { attempts: 2, delay: 0 } }) async model() {
        this.addUsage({ tokens: 100 });
        await this.once("paid", () => this.addUsage({ cents: 3 }));
        if (this.#fails-- > 0) throw new Error("not yet");
        await this.runFlow(Inner);
      }
      @listen("model") plain() {}
    }
    const flow = new Outer();
    const before = Date.now();
    const { id, usage } = await flow.kickoff();
    const { model, plain } = (await flow.runs.overlay(id)).steps;
    expect(model!.usage).toEqual({ tokens: 205, cents: 3 });
    expect(model!.usage).toEqual(usage);
    expect(plain!.usage).toBeUndefined();
    const [call] = model!.recent;
    expect(call!.usage).toEqual(model!.usage);
    expect(call!.endedAt! - call!.durationMs!).toBeGreaterThanOrEqual(before);
    expect(call!.endedAt).toBeLessThanOrEqual(plain!.recent[0]!.endedAt!);
  });

  test("tells what failed, and why; what was cut off has stopped", async () => {
    class Bad extends Flow {
      @start() a() {
        throw new Error("no luck");
      }
      @listen(failed("a")) b() {
        throw new Error("nor here");
      }
      @listen("b") c() {}
    }
    const flow = new Bad();
    const { runId } = await failure(flow.kickoff());
    const overlay = await flow.runs.overlay(runId!);
    expect(overlay.status).toBe("failed");
    expect(overlay.error).toContain("nor here");
    expect(overlay.steps.a).toMatchObject({ standing: "failed", failed: 1, error: expect.stringContaining("no luck") });
    expect(overlay.steps.c).toMatchObject({ standing: "idle", calls: 0 });
    expect(Bad.plot({ format: "svg", run: overlay })).toContain("✕ failed");
  });

  test("what waits for people waits, and goes on when they have decided", async () => {
    class Desk extends Flow {
      @start()
      @router()
      review() {
        return approval("draft", { message: "Good?", outcomes: ["yes", "no"] });
      }
      @listen(and("yes", Go)) send() {
        return "sent";
      }
    }
    const flow = new Desk();
    const { id } = await flow.kickoff();
    const before = await flow.runs.overlay(id);
    expect(before).toMatchObject({ status: "waiting", steps: { review: { standing: "waiting", labels: {} } } });
    const { questions } = await flow.runs.questions();
    await flow.runs.answer(questions[0]!.id, { outcome: "yes" });
    await flow.signal(id, Go);
    const after = await flow.runs.overlay(id);
    expect(after.steps.review).toMatchObject({ standing: "completed", labels: { yes: 1 } });
    expect(after.signals).toEqual({ go: 1 });
  });

  test("elements are told one by one, and of many the newest", async () => {
    class Many extends Flow {
      @start() list() {
        return Array.from({ length: 50 }, (_, i) => i);
      }
      @forEach("list", { onError: "collect" }) each(n: number) {
        if (n === 3) throw new Error("three");
        return n;
      }
      @listen(collect("each")) all() {}
    }
    const flow = new Many();
    const { id } = await flow.kickoff();
    const { each } = (await flow.runs.overlay(id)).steps;
    expect(each).toMatchObject({ calls: 50, failed: 1, standing: "failed" });
    expect(each!.recent).toHaveLength(20);
    expect(each!.recent.at(-1)).toMatchObject({ index: 49 });
  });

  test("lines say how often what they carry has passed: of lists, of failures, of what waits for people", async () => {
    class Lists extends Flow<{ n: number }> {
      override initialState = { n: 0 };
      @start() begin() {
        return "";
      }
      @listen(each("begin", "again")) list(_: string) {
        const left = [[1, 2, 3], [], [4]][this.state.n++]!;
        return left;
      }
      @forEach("list") work(n: number) {
        if (n === 4) throw new Error("four");
        return n;
      }
      @listen(failed("work")) mourn() {}
      @listen(each(collect(settled("work")))) log() {}
      @router(each(collect("work")), { routes: ["again"] }) gate(_: readonly number[]) {
        return route("again", "");
      }
    }
    const flow = new Lists();
    const { id } = await flow.kickoff();
    const run = await flow.runs.overlay(id);
    expect(run.steps.work).toMatchObject({ calls: 4, completed: 3, failed: 1, lists: 3, gathered: 2 });
    expect(run.steps).toMatchObject({ log: { calls: 3 }, gate: { calls: 2 }, mourn: { calls: 1 } });
    const svg = Lists.plot({ format: "svg", run });
    expect(svg).toContain(">✕ 1 of 4 failed · ");
    expect(svg).toContain(">all · each · 2×<");
    expect(svg).toContain(">all, settled · each · 3×<");
  });

  test("what was put before people has a result already, and took until they had decided", async () => {
    class Desk extends Flow {
      @router() @start() review() {
        return approval("draft", { message: "Good?", outcomes: ["yes", "no"] });
      }
      @listen("review") log() {}
      @listen("yes") send() {}
    }
    const flow = new Desk();
    const { id } = await flow.kickoff();
    const before = await flow.runs.overlay(id);
    expect(before.steps).toMatchObject({ review: { standing: "waiting", completed: 1 }, log: { completed: 1 } });
    expect(Desk.plot({ format: "svg", run: before }).match(/class="edge taken"/g)).toHaveLength(1);
    const { questions } = await flow.runs.questions();
    await flow.runs.cancel(id);
    const after = await flow.runs.overlay(id);
    expect(after.steps.review).toMatchObject({ standing: "stopped", completed: 1, labels: {} });
    expect(questions).toHaveLength(1);
  });

  test("who has lost a race, or was at work when the run failed, has stopped and runs no more", async () => {
    class Races extends Flow {
      @start() fast() {
        return 1;
      }
      @start({ retry: { attempts: 3, delay: 1 } }) async slow() {
        if (this.call.attempt === 1) throw new Error("once");
        await new Promise((resolve) => this.call.abortSignal.addEventListener("abort", resolve));
      }
      @listen("fast") async pause() {
        await this.sleep(20);
      }
      @listen(race("pause", "slow")) first(_: unknown) {
        throw new Error("no");
      }
    }
    const flow = new Races();
    const { runId } = await failure(flow.kickoff());
    const { steps, status } = await flow.runs.overlay(runId!);
    expect(status).toBe("failed");
    expect(steps.slow).toMatchObject({ standing: "stopped", calls: 1, retries: 1, completed: 0 });
    expect(steps.first).toMatchObject({ standing: "failed", calls: 1 });
  });

  test("at every entry of a journal there is one, of a fork and of a journal's rest too", async () => {
    class Chain extends Flow {
      @start() a() {}
      @listen("a") b() {}
      @listen("b") c() {}
    }
    const flow = new Chain();
    const { id } = await flow.kickoff();
    const rows = await flow.runs.history(id);
    const standings = rows.map((_, i) => {
      const { steps, status } = overlayOf(Chain.plan(), rows.slice(0, i + 1));
      return [status, steps.a!.standing, steps.b!.standing, steps.c!.standing].join(" ");
    });
    expect(standings[0]).toBe("running running idle idle");
    expect(standings[1]).toBe("running completed running idle");
    expect(standings.at(-1)).toBe("completed completed completed completed");
    expect(overlayOf(Chain.plan(), rows.slice(2))).toMatchObject({ whole: false, status: "completed" });
    const fork = await flow.runs.fork(id, { at: { step: "a" } });
    expect((await flow.runs.overlay(fork.id)).steps).toMatchObject({ a: { standing: "idle" }, b: { calls: 1 } });
  });

  test("brings along the plan of a run whose code has changed", async () => {
    const persistence = new MemoryPersistence();
    const old = (() => {
      class Shop extends Flow {
        static flowName = "Shop";
        @start() buy() {}
        @listen("buy") wrap() {}
      }
      return new Shop({ persistence });
    })();
    class Shop extends Flow {
      static flowName = "Shop";
      @start() sell() {}
    }
    const { id } = await old.kickoff();
    const overlay = await new Shop({ persistence }).runs.overlay(id);
    expect(overlay.plan!.steps.map(({ name }) => name)).toEqual(["buy", "wrap"]);
    expect(Shop.plot({ format: "svg", run: overlay })).toContain(">wrap</text>");
    expect(FlowError.is(await failure(new Shop({ persistence }).runs.overlay("none")), "RUN_NOT_FOUND")).toBe(true);
  });
});
