import { describe, expect, test } from "vitest";
import {
  and,
  collect,
  elements,
  forEachOf,
  keep,
  on,
  or,
  router,
  type SampleSteps,
  sampleFlow,
  signal,
  start,
} from "../../test/support/sample-flow.js";
import { compile } from "../plan/index.js";
import { Scheduler } from "./index.js";
import { type Answers, toldBehaviour } from "./testing/play.js";

/** The greatest length of the snapshot as JSON, for each thousand calls; signals are sent when nothing is left to do. */
function snapshotSizes(steps: SampleSteps, answers: Answers, calls: number): number[] {
  const plan = compile(sampleFlow(steps));
  const behaviour = toldBehaviour(plan, answers);
  const scheduler = new Scheduler(plan);
  const sizes: number[] = [];
  scheduler.apply({ type: "started", payload: null });
  for (let ended = 0; ended < calls; ) {
    const [call] = scheduler.openCalls();
    if (call) {
      scheduler.apply({ type: "completed", call: call.id, output: [1, 2], labels: behaviour.labels(call, "") });
      ended++;
    } else {
      for (const signal of plan.signals.keys()) scheduler.apply({ type: "signal", signal, payload: null });
    }
    if (ended % 25 !== 0) continue;
    const thousand = Math.floor(ended / 1_000);
    sizes[thousand] = Math.max(sizes[thousand] ?? 0, JSON.stringify(scheduler.snapshot()).length);
  }
  return sizes;
}

const forever: Answers = { g: () => "again" };
const loop: SampleSteps = { begin: start(), h: on(or("begin", "again")), g: router(["again", "done"], "h") };

const shapes: Record<string, { steps: SampleSteps; answers?: Answers; callsInTurn: number }> = {
  "a loop": { steps: loop, callsInTurn: 2 },
  "a join in each round, with or behind it": {
    steps: { ...loop, a: on("h"), j: on(and("a", "h")), z: on(or("a", "j")) },
    callsInTurn: 5,
  },
  "a half that is never joined": {
    steps: {
      ...loop,
      g: { ...router(["again", "maybe"], "h"), severalLabels: true },
      j: on(and("h", "maybe")),
    },
    callsInTurn: 2,
  },
  "what is kept": { steps: { ...loop, config: start(), j: on(and("h", keep("config"))) }, callsInTurn: 3 },
  "a one-off": { steps: { ...loop, config: start(), j: on(and("h", "config")) }, callsInTurn: 2 },
  "a loop in a loop": {
    steps: {
      begin: start(),
      outer: on(or("begin", "more")),
      inner: on(or("outer", "again")),
      x: on("inner"),
      j: on(and("x", "inner")),
      g: router(["again", "done"], "inner"),
      o: router(["more"], "done"),
    },
    answers: { g: ({ inner }) => (inner! < 1 ? "again" : "done"), o: () => "more" },
    callsInTurn: 5,
  },
  signals: {
    steps: {
      a: on(signal("Message")),
      b: on(signal("Message")),
      j: on(and("a", "b")),
      z: on(or("a", "j")),
      s: start(),
    },
    callsInTurn: 4,
  },
  "a list in each round, its elements joined by themselves and its results with the round": {
    steps: {
      ...loop,
      list: forEachOf("h"),
      a: on("list"),
      b: on("list"),
      j: on(and("a", "b")),
      z: on(or("a", "j")),
      all: on(and(collect("list"), "h")),
      g: router(["again", "done"], "all"),
    },
    callsInTurn: 13,
  },
  "a list in each round, whose elements go on from step to step": {
    steps: {
      ...loop,
      list: forEachOf("h"),
      next: forEachOf(elements("list")),
      last: forEachOf(elements("next"), { concurrency: 1 }),
      j: on(and("list", "last")),
      all: on(and(collect("last"), "h")),
      g: router(["again", "done"], "all"),
    },
    callsInTurn: 11,
  },
  "two signals joined": {
    steps: { s: start(), j: on(and(signal("x"), signal("y"))), k: on("j"), z: on(or("j", "k")) },
    callsInTurn: 3,
  },
};

describe("after ten thousand turns the scheduler holds no more than after some", () => {
  for (const [name, { steps, answers = forever, callsInTurn }] of Object.entries(shapes)) {
    test(name, () => {
      const sizes = snapshotSizes(steps, answers, 10_000 * callsInTurn);
      // The numbers themselves have more digits in the end.
      expect(Math.max(...sizes.slice(-5))).toBeLessThan(1.15 * Math.max(...sizes.slice(5, 15)));
    }, 300_000);
  }
});
