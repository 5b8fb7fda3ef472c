import { describe, expect, test } from "vitest";
import {
  and,
  atLeast,
  each,
  keep,
  on,
  or,
  race,
  router,
  type SampleSteps,
  sampleFlow,
  settled,
  signal,
  start,
} from "../../../test/support/sample-flow.js";
import { compile } from "../../plan/index.js";
import { Scheduler } from "../index.js";
import { carryOver } from "./differences.js";

/** Two starts, a loop with a half-filled join in it, an approval, an ending. */
const base: SampleSteps = {
  config: start(),
  begin: start(),
  plan: on(or("begin", "again")),
  left: on(and(keep("config"), "plan")),
  right: on("plan"),
  check: router(["again", "done"], and("left", "right")),
  approve: on(and("done", signal("legal"))),
  publish: on("approve"),
};

/** What has happened, by position: steps that have completed in this order, `check: again`, or `signal legal`. */
const positions = {
  started: [],
  "in the loop, half a join": ["config", "begin", "plan", "left"],
  "in the loop's second round": ["config", "begin", "plan", "left", "right", "check: again"],
  "waiting for the signal": ["config", "begin", "plan", "left", "right", "check: done"],
  publishing: ["config", "begin", "plan", "left", "right", "check: done", "signal legal", "approve"],
} as const;
type Position = keyof typeof positions;

function standing(steps: SampleSteps, happened: readonly string[]) {
  const plan = compile(sampleFlow(steps));
  const scheduler = new Scheduler(plan);
  scheduler.apply({ type: "started", payload: {} });
  for (const what of happened) {
    const [name, label] = what.split(": ");
    if (name?.startsWith("signal ")) {
      scheduler.apply({ type: "signal", signal: plan.signals.indexOf(name.slice(7)), payload: true });
      continue;
    }
    const call = scheduler.openCalls().find(({ step }) => plan.steps[step]!.name === name)!;
    const labels =
      label === undefined ? [] : [{ label: plan.labels.findIndex((it) => it.name === label), payload: label }];
    scheduler.apply({ type: "completed", call: call.id, output: name, labels });
  }
  return { plan, snapshot: scheduler.snapshot() };
}

/** What keeps a run from going on; `unread …` at the end: a signal that is stored and not taken in. */
function differences(steps: SampleSteps, changed: SampleSteps, happened: readonly string[]) {
  const unread = happened.flatMap((what) => (what.startsWith("unread ") ? [what.slice(7)] : []));
  const { plan, snapshot } = standing(steps, happened.slice(0, happened.length - unread.length));
  const carried = carryOver(plan, compile(sampleFlow(changed)), { snapshot, unread });
  return carried.differences.map(({ step, what }) => `${step}: ${what}`);
}

const without = (steps: SampleSteps, ...names: string[]): SampleSteps =>
  Object.fromEntries(Object.entries(steps).filter(([name]) => !names.includes(name)));

const loopChanged = ["plan: loop", "left: loop", "right: loop", "check: loop"];

/** By change: what keeps a run at each position from going on. A position that is not listed goes on. */
const changes: Record<string, { steps: SampleSteps; refused: Partial<Record<Position, readonly string[]>> }> = {
  nothing: { steps: base, refused: {} },
  "options of steps": {
    steps: {
      ...base,
      right: { ...base.right, timeoutMs: 5, when: () => true },
      publish: { ...base.publish, timeoutMs: 1 },
    },
    refused: {},
  },
  "operands in another order": {
    steps: {
      ...base,
      plan: on(or("again", "begin")),
      left: on(and("plan", keep("config"))),
      check: router(["done", "again"], and("right", "left")),
    },
    refused: {},
  },
  "a step after one that has yet to run": { steps: { ...base, mail: on("publish") }, refused: {} },
  "a label that nobody has returned": {
    steps: { ...base, check: router(["again", "done", "stop"], and("left", "right")), halt: on("stop") },
    refused: { "in the loop's second round": ["halt: added"] },
  },
  "a step after one that has run": {
    steps: { ...base, note: on("plan") },
    refused: {
      "in the loop, half a join": ["note: added"],
      "in the loop's second round": ["note: added"],
    },
  },
  "a join of something that is gone by": {
    steps: { ...base, both: on(and("publish", "begin")) },
    refused: {
      "in the loop, half a join": ["both: added"],
      "in the loop's second round": ["both: added"],
      "waiting for the signal": ["both: added"],
      publishing: ["both: added"],
    },
  },
  "another start beside": { steps: { ...base, other: start() }, refused: {} },
  "a signal beside": { steps: { ...base, stop: on(signal("stop")) }, refused: {} },
  "the end is another": {
    steps: { ...base, publish: on(settled("approve")) },
    refused: Object.fromEntries(Object.keys(positions).map((position) => [position, ["publish: condition"]])),
  },
  "the end is gone": {
    steps: without(base, "publish"),
    refused: Object.fromEntries(Object.keys(positions).map((position) => [position, ["publish: removed"]])),
  },
  "another signal is waited for": {
    steps: { ...base, approve: on(and("done", signal("boss"))) },
    refused: {
      started: ["approve: condition"],
      "in the loop, half a join": ["approve: condition"],
      "in the loop's second round": ["approve: condition"],
      "waiting for the signal": ["approve: condition"],
    },
  },
  "the first step has another name": {
    steps: { ...without(base, "begin"), open: start(), plan: on(or("open", "again")) },
    refused: {
      started: ["begin: removed", "plan: condition"],
      "in the loop, half a join": ["plan: condition"],
      "in the loop's second round": ["plan: condition"],
    },
  },
  "the join holds less": {
    steps: { ...base, check: router(["again", "done"], atLeast(1, "left", "right")) },
    refused: {
      started: ["check: condition"],
      "in the loop, half a join": ["check: condition"],
      "in the loop's second round": ["check: condition"],
    },
  },
  "a label is gone": {
    steps: {
      ...base,
      check: router(["again", "ready"], and("left", "right")),
      approve: on(and("ready", signal("legal"))),
    },
    refused: {
      started: ["check: labels", "approve: condition"],
      "in the loop, half a join": ["check: labels", "approve: condition"],
      "in the loop's second round": ["check: labels", "approve: condition"],
      "waiting for the signal": ["approve: condition"],
    },
  },
  "nothing leads back": {
    steps: { ...base, plan: on("begin") },
    refused: {
      started: ["plan: loop", "left: loop", "right: loop", "check: loop"],
      "in the loop, half a join": loopChanged,
      "in the loop's second round": loopChanged,
    },
  },
  "one more step in the loop": {
    steps: { ...base, more: router(["again"], "right") },
    refused: {
      started: loopChanged,
      "in the loop, half a join": loopChanged,
      "in the loop's second round": [...loopChanged, "more: added"],
    },
  },
};

describe.each(Object.entries(changes))("a plan with %s", (_, { steps, refused }) => {
  test.each(Object.entries(positions))("of a run %s", (position, happened) => {
    expect(differences(base, steps, happened)).toEqual(refused[position as Position] ?? []);
  });
});

describe("what may still come", () => {
  const loose: SampleSteps = { begin: start(), tick: on(signal("tick")), wait: on(and("begin", signal("go"))) };
  const ticked = ["begin", "signal tick", "tick"];

  test("a step that its signal has called already may change", () => {
    expect(differences(loose, { ...loose, tick: on(signal("tock")) }, ["begin"])).toEqual(["tick: condition"]);
    expect(differences(loose, { ...loose, tick: on(signal("tock")) }, ticked)).toEqual([]);
    expect(differences(loose, without(loose, "tick"), ticked)).toEqual([]);
  });

  test("unless such a signal is stored and not taken in", () => {
    expect(differences(loose, without(loose, "tick"), [...ticked, "unread tick"])).toEqual(["tick: removed"]);
    expect(differences(loose, { ...loose, late: on(signal("tick")) }, [...ticked, "unread tick"])).toEqual([
      "late: added",
    ]);
  });

  test("it is not waited for again by another condition", () => {
    const { plan, snapshot } = standing(loose, ticked);
    const changed = compile(sampleFlow({ ...loose, tick: on(signal("tock")) }));
    const carried = carryOver(plan, changed, { snapshot, unread: [] });
    expect(Scheduler.restore(changed, carried.snapshot).awaited()).toEqual([
      { kind: "signal", name: "go", steps: ["wait"] },
    ]);
  });

  test("`each`, `race` and who loses it count", () => {
    const racing: SampleSteps = {
      begin: start(),
      fast: on("begin"),
      slow: on("begin"),
      first: on(race("fast", "slow")),
    };
    expect(differences(racing, { ...racing, first: on(each("fast", "slow")) }, ["begin"])).toEqual([
      "first: condition",
    ]);
    expect(differences(racing, { ...racing, log: on("fast") }, ["begin"])).toEqual(["first: condition"]);
  });
});
