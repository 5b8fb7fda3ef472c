import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FlowPlan } from "../plan/index.js";
import { Scheduler, type SchedulerEvent } from "./index.js";
import { drawnOrder } from "./testing/orders.js";
import { everything, type PlanFeatures, planArbitrary } from "./testing/plan-arbitrary.js";
import { drawnBehaviour, type PlayOptions, play } from "./testing/play.js";
import { ReferenceScheduler } from "./testing/reference-interpreter.js";
import { isSatisfied, leavesOf, mayBeMissing } from "./testing/reference-plan.js";

const order = fc.array(fc.nat(20), { minLength: 1, maxLength: 30 });
const share = fc.constantFrom(0, 0, 20);
const behaviour = fc.record({
  seed: fc.nat(1_000),
  failing: share,
  skipping: share,
  asking: fc.constantFrom(0, 30, 100),
});
const outside = fc.record({
  signals: fc.array(fc.record({ after: fc.nat(40), signal: fc.nat(1) }), { maxLength: 6 }),
  cancelAfter: fc.option(fc.nat(20), { nil: undefined }),
});
const drawn = fc.record({ order, behaviour, outside });
type Drawn = typeof drawn extends fc.Arbitrary<infer D> ? D : never;

const optionsFor = (plan: FlowPlan, { order, behaviour, outside }: Drawn): PlayOptions => ({
  behaviour: drawnBehaviour(plan, { rounds: 2, ...behaviour }),
  choose: drawnOrder(order),
  signals: outside.signals.filter(({ signal }) => signal < plan.signals.length),
  cancelAfter: outside.cancelAfter,
  limit: 100,
});

/** Each plan, played once by the real scheduler. */
function everyPlay(
  check: (plan: FlowPlan, events: readonly SchedulerEvent[], at: number) => void,
  features: PlanFeatures = everything,
): void {
  const property = fc.property(planArbitrary(features), drawn, fc.nat(99), ({ plan }, drawn, at) => {
    const { events } = play(plan, new Scheduler(plan), optionsFor(plan, drawn));
    check(plan, events, at % (events.length + 1));
  });
  fc.assert(property, { numRuns: 150 });
}

function after(plan: FlowPlan, events: readonly SchedulerEvent[]): Scheduler {
  const scheduler = new Scheduler(plan);
  for (const event of events) scheduler.apply(event);
  return scheduler;
}

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

describe("the scheduler", () => {
  test.each([
    ["every plan", everything],
    ["plans in which elements are gone on with", { ...everything, follows: true }],
    [
      "plans in which they go on together, and with what was made before",
      { ...everything, follows: true, batches: true },
    ],
  ])(
    "does what the interpreter by the book does, at every event of %s",
    (_, features) => {
      const property = fc.property(planArbitrary(features), drawn, ({ plan }, drawn) => {
        const played = play(plan, new ReferenceScheduler(plan), optionsFor(plan, drawn));
        const scheduler = new Scheduler(plan);
        const reference = new ReferenceScheduler(plan);
        for (const [i, event] of played.events.entries()) {
          expect(scheduler.apply(event)).toEqual(played.commands[i]);
          reference.apply(event);
          const open = scheduler.openCalls().map(({ id }) => id);
          expect(open).toEqual(reference.openCalls().map(({ id }) => id));
          if (open.length === 0) expect(scheduler.awaited()).toEqual(reference.awaited());
        }
        if (played.ended) expect(scheduler.finish()).toEqual(played.commands.at(-1));
      });
      fc.assert(property, { numRuns: 200 });
    },
    300_000,
  );

  test("does so too where joins go on without what was skipped, and leaves none that only lacks that", () => {
    const features = { ...everything, settled: true };
    const property = fc.property(planArbitrary(features), drawn, ({ plan }, drawn) => {
      const played = play(plan, new ReferenceScheduler(plan), optionsFor(plan, drawn));
      const scheduler = new Scheduler(plan);
      const reference = new ReferenceScheduler(plan);
      for (const [i, event] of played.events.entries()) {
        expect(scheduler.apply(event)).toEqual(played.commands[i]);
        reference.apply(event);
        if (scheduler.openCount === 0) expect(scheduler.awaited()).toEqual(reference.awaited());
      }
      if (!played.ended || scheduler.awaited().length > 0) return;
      for (const command of [...played.commands.slice(0, -1), scheduler.finish()].flat()) {
        if (command.type !== "starved") continue;
        const { step, held, missing } = command;
        const groups = plan.steps[step]!.entries.flatMap(({ alternatives }) => alternatives.map(({ node }) => node));
        const lacksOnly = groups.filter((node) => {
          const leaves = leavesOf(node);
          if (leaves.some(({ keep }) => keep) || !held.every((key) => leaves.some((leaf) => leaf.key === key)))
            return false;
          if (leaves.length !== held.length + missing.length) return false;
          if (!leaves.every(({ key }) => held.includes(key) || missing.includes(key))) return false;
          return isSatisfied(node, (leaf) => held.includes(leaf.key) || mayBeMissing(leaf));
        });
        expect(lacksOnly).toEqual([]);
      }
    });
    fc.assert(property, { numRuns: 100 });
  }, 300_000);

  test("stands where its events say: replayed, they give the same state", () => {
    everyPlay((plan, events) => {
      expect(after(plan, events).snapshot()).toEqual(after(plan, throughJson(events)).snapshot());
    });
  }, 300_000);

  test.each([
    ["", everything],
    [", with elements on their way from step to step", { ...everything, follows: true, batches: true }],
  ])(
    "goes on from a snapshot that went through JSON as if it had never stopped%s",
    (_, features) => {
      everyPlay((plan, events, at) => {
        const live = after(plan, events.slice(0, at));
        const restored = Scheduler.restore(plan, throughJson(live.snapshot()));
        expect(restored.snapshot()).toEqual(live.snapshot());
        for (const event of events.slice(at)) expect(restored.apply(event)).toEqual(live.apply(event));
        expect(restored.awaited()).toEqual(live.awaited());
        expect(restored.finish()).toEqual(live.finish());
        expect(restored.snapshot()).toEqual(live.snapshot());
      }, features);
    },
    300_000,
  );

  test("a snapshot stays what it was when the run goes on", () => {
    everyPlay((plan, events, at) => {
      const live = after(plan, events.slice(0, at));
      const snapshot = live.snapshot();
      const copy = throughJson(snapshot);
      const restored = Scheduler.restore(plan, snapshot);
      for (const event of events.slice(at)) {
        live.apply(event);
        restored.apply(event);
      }
      expect(throughJson(snapshot)).toEqual(copy);
    });
  }, 300_000);

  test("schedules a plan that went through JSON in the same way", () => {
    everyPlay((plan, events) => {
      const copy = throughJson(plan);
      expect(copy).toEqual(plan);
      expect(after(copy, events).snapshot()).toEqual(after(plan, events).snapshot());
    });
  }, 300_000);
});

/** Whether some `forEach` step takes whichever of several lists comes first. */
function choosesLists({ steps }: FlowPlan): boolean {
  return steps.some(
    ({ forEach, entries }) =>
      forEach && entries.some(({ mode, alternatives }) => mode === "or" && alternatives.length > 1),
  );
}

/**
 * The law: with routers whose answer depends only on the turn, the order of completions does not change how often a
 * step is called. It can't hold
 * - for `race`, where the order decides which calls are aborted before they lead on;
 * - for signals that meet work in progress, for what has been done when they arrive is a matter of time;
 * - for a join of operands that carry different loops: a one-off inside a loop meets the round that is there, and the
 *   call goes on in that round; and a label made both inside and outside of a loop goes with whichever round waits. The same
 *   for elements of a list: what is of none meets the element that comes first;
 * - for `forEach` of an `or` of several lists: the order decides which of them is gone through, and they differ in length.
 */
describe("the order of completions does not change the number of calls", () => {
  const law = (features: PlanFeatures) => {
    const property = fc.property(planArbitrary(features), order, order, behaviour, (...[{ plan }, one, two, drawn]) => {
      const behaviour = drawnBehaviour(plan, { rounds: 2, ...drawn });
      const reference = new ReferenceScheduler(plan);
      const first = play(plan, reference, { behaviour, choose: drawnOrder(one), limit: 100 });
      fc.pre(first.ended && reference.isEven && !choosesLists(plan));
      const second = play(plan, new Scheduler(plan), { behaviour, choose: drawnOrder(two), limit: 200 });
      expect(second.ended).toBe(true);
      expect(second.calls).toEqual(first.calls);
    });
    fc.assert(property, { numRuns: 150 });
  };

  test("without loops", () => law({ loops: false, severalLabels: true, stacked: true }), 300_000);
  test("in loops within loops and across each other", () => law({}), 300_000);
  test("with names that lead back, several labels and stacked conditions", () => {
    law({ loopsByName: true, severalLabels: true, stacked: true });
  }, 300_000);
  test("with failures, skipped calls and what hears them", () => law({ failures: true }), 300_000);
  test("with joins that go on without what was skipped", () => {
    law({ failures: true, settled: true, stacked: true, severalLabels: true });
    law({ settled: true, loops: false, atLeast: true });
  }, 300_000);
  test("with lists and their ends", () => law({ forEach: true, failures: true, stacked: true }), 300_000);
  test("with elements that are gone on with", () => law({ forEach: true, follows: true, failures: true }), 300_000);
  test("with each, atLeast and keep", () => law({ each: true, atLeast: true, keep: true }), 300_000);
});
