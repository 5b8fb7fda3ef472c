import fc from "fast-check";
import {
  type Batch,
  type Claim,
  FlowError,
  type FlowEvent,
  FlowEvents,
  flowClass,
  labels,
  MemoryPersistence,
  type Rest,
} from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { everything, planArbitrary } from "../src/scheduler/testing/plan-arbitrary.js";

/** Fails at one commit, before or after it is stored. */
class Mortal extends MemoryPersistence {
  commits = 0;
  failsAt = 0;
  stores = false;
  readonly untold = new Set<number>();

  override append(claim: Claim, batch: Batch) {
    return this.#mortally(batch, () => super.append(claim, batch));
  }

  override rest(claim: Claim, batch: Batch, rest: Rest) {
    return this.#mortally(batch, () => super.rest(claim, batch, rest));
  }

  #mortally<T>({ rows }: Batch, store: () => T): T {
    if (++this.commits !== this.failsAt) return store();
    if (this.stores && store() !== false) for (const { seq } of rows) this.untold.add(seq);
    throw new FlowError("PERSISTENCE_FAILED", "killed here");
  }
}

/** What is told by the journal, without what it can't keep. */
const kept = ({ seq: _, ...event }: FlowEvent) => {
  const { durationMs: __, ...rest } = event as FlowEvent & { durationMs?: number };
  return JSON.parse(JSON.stringify(rest)) as { position: number };
};

interface Inside {
  state: { n: number };
  call: { step: string; number: number; attempt: number };
  once<T>(key: string, make: () => T): Promise<T>;
  sleep(ms: number): Promise<void>;
  ask(prompt: string, options?: object): Promise<unknown>;
  emit(chunk: unknown): void;
  addUsage(usage: object): void;
}

/** What a call does is drawn by its name, so that it does the same after a crash. */
function codeOf(seed: number, routes: readonly string[]) {
  return async (given: object) => {
    const flow = given as Inside;
    const { step, number, attempt } = flow.call;
    const draw = (of: number, what: string) => {
      let hash = seed;
      for (const char of `${what}${step}${number}`) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
      return hash % of;
    };
    if (draw(3, "emit") === 0) flow.emit("so far");
    if (draw(3, "usage") === 0) flow.addUsage({ tokens: number });
    if (draw(4, "once") === 0) await flow.once("k", () => number);
    if (draw(6, "sleep") === 0) await flow.sleep(0);
    if (draw(6, "ask") === 0) await flow.ask("well?", draw(2, "late") ? { timeout: 1 } : {});
    if (draw(3, "state") === 0) flow.state.n++;
    if (draw(5, "fail") === 0 && attempt <= draw(4, "times")) throw new Error(`attempt ${attempt}`);
    if (routes.length === 0) return draw(9, "none") === 0 ? undefined : [1, 2];
    const some = routes[draw(routes.length, "label")]!;
    return draw(4, "two") === 0 ? labels(some, routes[0]!) : draw(9, "none") === 0 ? undefined : some;
  };
}

test("the events of a journal are those that were told when it was written", { timeout: 300_000 }, async () => {
  const types = new Set<string>();
  const driven = fc.record({
    seed: fc.nat(),
    dies: fc.option(fc.record({ at: fc.integer({ min: 1, max: 12 }), stores: fc.boolean() }), { nil: undefined }),
    cancels: fc.boolean(),
    forksAt: fc.integer({ min: 1, max: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(
      planArbitrary(everything),
      driven,
      async ({ definition, plan }, { seed, dies, cancels, forksAt }) => {
        const Any = flowClass({
          ...definition,
          state: z.object({ n: z.number().default(0) }),
          merge: { n: "sum" },
          steps: definition.steps.map((step) => ({
            ...step,
            invoke: codeOf(seed, step.routes ?? []),
            retry: { attempts: 2, delayMs: 0, maxDelayMs: 0, backoff: "fixed" as const, jitter: false },
          })),
        });
        const persistence = new Mortal();
        Object.assign(persistence, dies && { failsAt: dies.at, stores: dies.stores });
        const heard: FlowEvent[] = [];
        const make = () => {
          const events = new FlowEvents();
          events.on("*", (event) => heard.push(event));
          return new Any({ persistence, events, maxCalls: 4 });
        };
        const quietly = async (work: () => Promise<unknown>) => {
          try {
            await work();
          } catch (error) {
            if (!FlowError.is(error)) throw error;
          }
        };
        const check = async (id: string, untold: ReadonlySet<number>) => {
          const live = heard.filter((event) => event.runId === id && event.position !== undefined).map(kept);
          const items = [];
          for await (const item of make().runs.events(id)) items.push(item);
          const stored = items.map(({ event }) => kept(event as FlowEvent));
          expect(stored.filter(({ position }) => !untold.has(position))).toEqual(live);
          for (const { event } of items) types.add(event.type);
          const seqs = items.map(({ event }) => event.seq);
          expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
          const half = items[Math.floor(items.length / 2)]!;
          const rest = [];
          for await (const item of make().runs.events(id, { after: half, follow: false })) rest.push(item);
          expect(rest).toEqual(items.slice(items.indexOf(half) + 1));
          const whole = [];
          for await (const item of make().runs.events(id, { after: half.position })) whole.push(item);
          expect(whole).toEqual(items.filter(({ position }) => position > half.position));
        };
        await quietly(() => make().kickoff({}, { id: "run" }));
        for (let round = 0; round < 4; round++) {
          const flow = make();
          const record = await flow.runs.get("run");
          if (!record) return;
          if (record.status === "running" || record.status === "failed") await quietly(() => flow.resume("run"));
          const [question] = (await flow.runs.questions()).questions;
          if (question) await quietly(() => flow.runs.answer(question.id, "yes"));
          await quietly(() => flow.signal("run", plan.signals[round % plan.signals.length] ?? "none", round));
        }
        if (cancels) {
          await quietly(() => make().runs.cancel("run", "enough"));
          await quietly(() => make().resume("run"));
        }
        await check("run", persistence.untold);
        persistence.failsAt = 0;
        await quietly(() => make().runs.fork("run", { at: forksAt, id: "fork" }));
        if (!(await persistence.get("fork"))) return;
        await quietly(() => make().resume("fork"));
        await check("fork", new Set());
      },
    ),
    { numRuns: 150 },
  );
  // what it has seen is what it speaks of
  for (const type of ["run.forked", "run.resumed", "run.failed", "step.retrying", "ask.answered", "join.starved"])
    expect([...types]).toContain(type);
});
