import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowDefinition, StepDefinition } from "../../definition/index.js";
import { FlowError } from "../../errors/index.js";
import { compile, type FlowPlan } from "../../plan/index.js";
import { Scheduler, type SchedulerCommand, type SchedulerEvent, type SchedulerSnapshot } from "../index.js";
import { indexPlan } from "../plan-index.js";
import { drawnOrder } from "../testing/orders.js";
import { everything, planArbitrary } from "../testing/plan-arbitrary.js";
import { drawnBehaviour, play } from "../testing/play.js";
import { carryOver } from "./differences.js";
import { matchPlans, type PlanMatch } from "./match.js";

const order = fc.array(fc.nat(20), { minLength: 1, maxLength: 30 });
const drawn = fc.record({
  order,
  behaviour: fc.record({ seed: fc.nat(1_000), failing: fc.constantFrom(0, 20), skipping: fc.constantFrom(0, 20) }),
  signals: fc.array(fc.record({ after: fc.nat(40), signal: fc.nat(1) }), { maxLength: 6 }),
  at: fc.nat(99),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer D> ? D : never;

/** What happened in a run of the plan, and how much of it before it was stopped. */
function events(plan: FlowPlan, { order, behaviour, signals, at }: Drawn) {
  const { events } = play(plan, new Scheduler(plan), {
    behaviour: drawnBehaviour(plan, { rounds: 2, ...behaviour }),
    choose: drawnOrder(order),
    signals: signals.filter(({ signal }) => signal < plan.signals.length),
    limit: 100,
  });
  return { events, stop: at % (events.length + 1) };
}

function after(plan: FlowPlan, events: readonly SchedulerEvent[]): Scheduler {
  const scheduler = new Scheduler(plan);
  for (const event of events) scheduler.apply(event);
  return scheduler;
}

const step = (name: string, over: Partial<StepDefinition>): StepDefinition => ({
  name,
  starts: false,
  conditions: [],
  router: false,
  invoke: () => undefined,
  ...over,
});

/** A start, a loop around a signal and a join, all before everything else: every number of the plan is another. */
const unrelated: readonly StepDefinition[] = [
  step("x0", { starts: true }),
  step("x1", {
    router: true,
    routes: ["again", "enough"],
    conditions: [
      {
        kind: "or",
        of: [
          { kind: "name", name: "x0" },
          { kind: "name", name: "again" },
          { kind: "signal", name: "other" },
        ],
      },
    ],
  }),
  step("x2", {
    conditions: [
      {
        kind: "and",
        of: [
          { kind: "name", name: "x1" },
          { kind: "name", name: "enough" },
        ],
      },
    ],
  }),
];

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

function translateEvent({ before, after }: PlanMatch, event: SchedulerEvent): SchedulerEvent {
  if (event.type === "signal")
    return { ...event, signal: after.plan.signals.indexOf(before.plan.signals[event.signal]!) };
  if (event.type !== "completed") return event;
  const numberOf = (label: number) =>
    after.plan.labels.findIndex(({ name }) => name === before.plan.labels[label]!.name);
  return { ...event, labels: event.labels.map((taken) => ({ ...taken, label: numberOf(taken.label) })) };
}

/** With names for numbers; loops by their heads. */
function named(plan: FlowPlan, commands: readonly SchedulerCommand[]) {
  const loopName = (loop: number) =>
    loop < plan.loops.length
      ? `${plan.steps[plan.loops[loop]!.head]!.name} in ${plan.loops[loop]!.steps.length}`
      : `signal ${plan.signals[loop - plan.loops.length] ?? `of ${plan.steps[loop - plan.loops.length - plan.signals.length]!.name}`}`;
  const rounds = (turn: readonly number[]) =>
    Object.fromEntries(turn.flatMap((loop, i) => (i % 2 === 0 ? [[loopName(loop), turn[i + 1]]] : [])));
  return commands.map((command) => {
    if (command.type === "abort") return { ...command, step: plan.steps[command.step]!.name };
    if (command.type === "call") {
      const { step, turn, ...call } = command.call;
      return { ...call, step: plan.steps[step]!.name, turn: rounds(turn) };
    }
    const labels = command.type === "unheard" && { label: plan.labels[command.label]!.name };
    return {
      ...command,
      ...labels,
      ...("turn" in command && { turn: rounds(command.turn) }),
      step: plan.steps[command.step]!.name,
    };
  });
}

test("steps that have nothing to do with a run change nothing of how it goes on", () => {
  const property = fc.property(planArbitrary(everything), drawn, ({ definition, plan }, drawn) => {
    const { events: all, stop } = events(plan, drawn);
    const wider = compile({ ...definition, steps: [...unrelated, ...definition.steps] });
    const match = matchPlans(indexPlan(plan), indexPlan(wider));
    const live = after(plan, all.slice(0, stop));
    // before it started, what starts is not yet settled
    fc.pre(stop > 0);
    const { differences, snapshot } = carryOver(plan, throughJson(wider), {
      snapshot: throughJson(live.snapshot()),
      unread: [],
    });
    expect(differences).toEqual([]);
    const carried = Scheduler.restore(wider, throughJson(snapshot));
    for (const event of all.slice(stop)) {
      const commands = carried.apply(translateEvent(match, event));
      expect(named(wider, commands)).toEqual(named(plan, live.apply(event)));
    }
    const awaited = carried.awaited().filter(({ name }) => name !== "other");
    expect(awaited).toEqual(live.awaited());
    expect(named(wider, carried.finish())).toEqual(named(plan, live.finish()));
  });
  fc.assert(property, { numRuns: 200 });
}, 300_000);

test("carried over to a plan with the same steps in another order and back, a run stands where it stood", () => {
  const property = fc.property(
    planArbitrary(everything),
    drawn,
    fc.array(fc.nat(50)),
    (...[{ definition, plan }, drawn, swaps]) => {
      const other = reordered(definition, swaps);
      fc.pre(other !== undefined);
      const match = matchPlans(indexPlan(plan), indexPlan(other));
      fc.pre([...match.loops, ...match.entries].every((number) => number >= 0));
      const { events: all, stop } = events(plan, drawn);
      const snapshot = after(plan, all.slice(0, stop)).snapshot();
      const there = carryOver(plan, other, { snapshot, unread: [] });
      expect(there.differences).toEqual([]);
      const back = carryOver(other, plan, { snapshot: there.snapshot, unread: [] });
      expect(sorted(back.snapshot)).toEqual(sorted(snapshot));
    },
  );
  fc.assert(property, { numRuns: 200 });
}, 300_000);

/** The steps in another order, groups turned round. Undefined: that is no plan. */
function reordered(definition: FlowDefinition, swaps: readonly number[]): FlowPlan | undefined {
  const steps = [...definition.steps];
  for (const [i, swap] of swaps.entries()) {
    const [a, b] = [i % steps.length, swap % steps.length];
    [steps[a], steps[b]] = [steps[b]!, steps[a]!];
  }
  const turned = steps.map((own) => ({
    ...own,
    conditions: own.conditions.map((condition) =>
      "of" in condition && Array.isArray(condition.of) ? { ...condition, of: condition.of.toReversed() } : condition,
    ),
  }));
  try {
    return compile({ ...definition, steps: turned as StepDefinition[] });
  } catch (error) {
    if (FlowError.is(error, "PLAN_INVALID")) return undefined;
    throw error;
  }
}

/** The order in which turns were noted does not matter. */
function sorted(snapshot: SchedulerSnapshot) {
  const fired = ([key, turns]: SchedulerSnapshot["fired"][number]) =>
    [key, [...turns].sort(([a], [b]) => (a < b ? -1 : 1))] as const;
  return {
    ...snapshot,
    open: snapshot.open.map((call) => ({ payload: undefined, ...call })),
    fired: snapshot.fired.map(fired).sort(([a], [b]) => a - b),
    groups: snapshot.groups
      .map(
        ([group, data]) => [group, { ...data, fired: [...data.fired].sort(([a], [b]) => (a < b ? -1 : 1)) }] as const,
      )
      .sort(([a], [b]) => a - b),
  };
}
