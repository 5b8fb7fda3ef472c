import { describe, expect, test } from "vitest";
import {
  and,
  atLeast,
  collect,
  failed,
  forEachOf,
  keep,
  on,
  or,
  outcomes,
  router,
  sampleFlow,
  settled,
  signal,
  start,
} from "../../test/support/sample-flow.js";
import { compile } from "../plan/index.js";
import { Scheduler } from "./index.js";
import { again, callsInEveryOrder, lastPayload } from "./testing/calls-in-every-order.js";

const skipped = { status: "skipped" };

/** `x` is called where `r` says so; `y` comes after it. */
const forked = { a: start(), r: router(["go", "no"], "a"), x: on("go"), y: on("x") };

describe("a join goes on without what settled was to tell, in every order of completions", () => {
  test("of a step that its router never calls, and of one behind it", () => {
    const flow = sampleFlow({ ...forked, z: on(and("a", settled("x"), settled("y"))) });
    expect(callsInEveryOrder(flow, { r: () => "no" })).toEqual([{ a: 1, r: 1, x: 0, y: 0, z: 1 }]);
    expect(lastPayload(flow, { r: () => "no" }, [])).toEqual({ a: "a#1", x: skipped, y: skipped });
    expect(callsInEveryOrder(flow, { r: () => "go" })).toEqual([{ a: 1, r: 1, x: 1, y: 1, z: 1 }]);
    expect(lastPayload(flow, { r: () => "go" }, [])).toMatchObject({ x: { status: "completed" }, y: { value: "y#1" } });
  });

  test("of lists that were never gone through: there was nothing in them", () => {
    const flow = sampleFlow({
      ...forked,
      m: forEachOf("x"),
      z: on(and("a", outcomes("m"))),
      w: on(and("a", collect("m"))),
    });
    expect(callsInEveryOrder(flow, { r: () => "no" })).toEqual([{ a: 1, r: 1, x: 0, y: 0, m: 0, z: 1, w: 0 }]);
    expect(lastPayload(flow, { r: () => "no" }, [])).toEqual({ a: "a#1", m: [] });
  });

  test("in every round of a loop in which it was not called", () => {
    const flow = sampleFlow({
      begin: start(),
      h: on(or("begin", "again")),
      g: router(["again", "done"], "h"),
      check: router(["fix", "fine"], "h"),
      slow: on("fix"),
      x: on("slow"),
      z: on(and("h", settled("x"))),
    });
    const check = ({ h = 0 }) => (h === 1 ? "fix" : "fine");
    expect(callsInEveryOrder(flow, { g: again(4, "h"), check })).toEqual([
      { begin: 1, h: 4, g: 4, check: 4, slow: 1, x: 1, z: 4 },
    ]);
  });

  test("nested, by number, and of something kept", () => {
    const flow = sampleFlow({
      ...forked,
      b: start(),
      z: on(and("b", or("y", settled("x")))),
      n: on(atLeast(2, "b", settled("x"), settled("y"))),
      k: on(and("b", keep(settled("x")))),
    });
    expect(callsInEveryOrder(flow, { r: () => "no" })).toEqual([{ a: 1, r: 1, x: 0, y: 0, b: 1, z: 1, n: 1, k: 1 }]);
  });

  test("not while it lacks something else, and not for settled alone", () => {
    const flow = sampleFlow({
      ...forked,
      z: on(and("a", "x", settled("y"))),
      lone: on(settled("x")),
      l: on(or("x", settled("y"))),
    });
    expect(callsInEveryOrder(flow, { r: () => "no" })).toEqual([{ a: 1, r: 1, x: 0, y: 0, z: 0, lone: 0, l: 0 }]);
  });

  test("after a failure that was handled upstream", () => {
    const flow = sampleFlow({
      a: start(),
      b: on("a"),
      mend: on(failed("b")),
      c: on("b"),
      z: on(and("a", settled("c"))),
    });
    const scheduler = new Scheduler(compile(flow));
    scheduler.apply({ type: "started", payload: 0 });
    scheduler.apply({ type: "completed", call: 1, output: "a", labels: [] });
    // c may still come from b, so z waits; with the failure it is called at once, beside what handles it
    const called = scheduler
      .apply({ type: "failed", call: 2, error: "no" })
      .map((command) => "call" in command && command.call);
    expect(called).toMatchObject([{ payload: "no" }, { payload: { a: "a", c: skipped } }]);
  });

  test("two that wait for each other: the first in the plan goes on, then the other one", () => {
    const flow = sampleFlow({
      a: start(),
      b: start(),
      r: router(["first", "second", "none"], "a"),
      one: on(and("a", settled("two")), "first"),
      two: on(and("b", settled("one")), "second"),
    });
    expect(callsInEveryOrder(flow, { r: () => "none" })).toEqual([{ a: 1, b: 1, r: 1, one: 1, two: 1 }]);
    expect(lastPayload(flow, { r: () => "none" }, [])).toMatchObject({ b: "b#1", one: { status: "completed" } });
  });

  test("a chain of them, written backwards, goes on from its beginning", () => {
    const flow = sampleFlow({
      ...forked,
      third: on(and("a", settled("second"))),
      second: on(and("a", settled("first"))),
      first: on(and("a", settled("x"))),
    });
    expect(callsInEveryOrder(flow, { r: () => "no" })).toEqual([
      { a: 1, r: 1, x: 0, y: 0, third: 1, second: 1, first: 1 },
    ]);
    expect(lastPayload(flow, { r: () => "no" }, [])).toMatchObject({ second: { status: "completed" } });
  });
});

describe("while a signal can still lead there", () => {
  const flow = sampleFlow({ a: start(), x: on(signal("go")), z: on(and("a", settled("x"))) });

  test("the join waits with the run", () => {
    const scheduler = new Scheduler(compile(flow));
    scheduler.apply({ type: "started", payload: 0 });
    expect(scheduler.apply({ type: "completed", call: 1, output: 1, labels: [] })).toEqual([]);
    expect(scheduler.awaited()).toEqual([{ kind: "signal", name: "go", steps: ["x"] }]);
  });

  test("a signal that alone is missing, but for what was skipped, is waited for", () => {
    const { a, r, x } = forked;
    const scheduler = new Scheduler(compile(sampleFlow({ a, r, x, z: on(and("a", settled("x"), signal("ok"))) })));
    scheduler.apply({ type: "started", payload: 0 });
    scheduler.apply({ type: "completed", call: 1, output: 1, labels: [] });
    scheduler.apply({ type: "completed", call: 2, output: 1, labels: [] });
    expect(scheduler.awaited()).toEqual([{ kind: "signal", name: "ok", steps: ["z"] }]);
    expect(scheduler.apply({ type: "signal", signal: 0, payload: "yes" })).toMatchObject([
      { type: "call", call: { trigger: "a+ok", payload: { a: 1, x: skipped, ok: "yes" } } },
    ]);
  });
});

test("a long list whose elements are joined with what most of them skip costs the same per element", () => {
  const flow = sampleFlow({
    list: start(),
    item: forEachOf("list", { concurrency: 20 }),
    check: router(["odd", "even"], "item"),
    x: on("odd"),
    z: on(and("item", settled("x"))),
  });
  const plan = compile(flow);
  const scheduler = new Scheduler(plan);
  scheduler.apply({ type: "started", payload: 0 });
  let calls = 1;
  let zs = 0;
  const due = scheduler.openCalls().slice();
  for (let call = due.shift(); call; call = due.shift()) {
    const { name } = plan.steps[call.step]!;
    const output = name === "list" ? Array.from({ length: 1_000 }, (_, i) => i) : call.payload;
    const label = plan.labels.findIndex(({ name }) => name === (Number(call.payload) % 10 === 1 ? "odd" : "even"));
    const labels = name === "check" ? [{ label, payload: 0 }] : [];
    for (const command of scheduler.apply({ type: "completed", call: call.id, output, labels })) {
      if (command.type !== "call") continue;
      due.push(command.call);
      calls++;
      if (plan.steps[command.call.step]!.name === "z") zs++;
    }
  }
  expect({ calls, zs }).toEqual({ calls: 1 + 1_000 + 1_000 + 100 + 1_000, zs: 1_000 });
});
