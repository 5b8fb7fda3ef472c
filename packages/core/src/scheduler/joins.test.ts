import { describe, expect, test } from "vitest";
import { and, atLeast, each, keep, on, or, router, sampleFlow, signal, start } from "../../test/support/sample-flow.js";
import { again, callsInEveryOrder, lastPayload } from "./testing/calls-in-every-order.js";

/** A loop's way in; what leads back to its head `h` gives the label `again`. */
const entered = { begin: start(), h: on(or("begin", "again")) };

describe("joins, in every order of completions", () => {
  test("the last round's exit joined with a sibling", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        sibling: on("h"),
        g: router(["again", "done"], "h"),
        z: on(and("sibling", "done")),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, h: 3, sibling: 3, g: 3, z: 1 }]);
  });

  test("the router's own name joined with a sibling", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        sibling: on("h"),
        g: router(["again", "done"], "h"),
        z: on(and("sibling", "g")),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, h: 3, sibling: 3, g: 3, z: 3 }]);
  });

  test("the review flow: a join beside the loop that it ends", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        research: start(),
        write: on(or("research", "rework")),
        check: router(["good", "rework"], "write"),
        publish: on(and("write", "good")),
      }),
      { check: ({ write }) => (write! < 2 ? "rework" : "good") },
    );
    expect(calls).toEqual([{ research: 1, write: 3, check: 3, publish: 1 }]);
  });

  test("a one-off joined with a loop fires once", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        config: start(),
        g: router(["again", "done"], "h"),
        z: on(and("config", "h")),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, config: 1, h: 3, g: 3, z: 1 }]);
  });

  test("keep holds a payload for every turn, also for those begun before it came", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        config: start(),
        g: router(["again", "done"], "h"),
        z: on(and("h", keep("config"))),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, config: 1, h: 3, g: 3, z: 3 }]);
  });

  test("keep in a join of two steps of the loop", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        config: start(),
        a: on("h"),
        g: router(["again", "done"], "h"),
        z: on(and("h", "a", keep("config"))),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, config: 1, h: 3, a: 3, g: 3, z: 3 }]);
  });

  test("a quorum fires once", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        a: start(),
        b: start(),
        c: start(),
        d: start(),
        z: on(atLeast(2, "a", "b", "c", "d")),
      }),
    );
    expect(calls).toEqual([{ a: 1, b: 1, c: 1, d: 1, z: 1 }]);
  });

  test("a quorum fires once in each round of a loop", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        a: on("h"),
        b: on("h"),
        c: on("h"),
        z: on(atLeast(1, "a", "b", "c")),
        g: router(["again", "done"], "h"),
      }),
      { g: again(2, "h") },
    );
    expect(calls).toEqual([{ begin: 1, h: 2, a: 2, b: 2, c: 2, z: 2, g: 2 }]);
  });

  test("an operand that comes twice in one turn", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        a: start(),
        b: start(),
        twice: on(each("a", "b")),
        z: on(and(or("a", "b"), "twice")),
      }),
    );
    expect(calls).toEqual([{ a: 1, b: 1, twice: 2, z: 1 }]);
  });

  test("steps that one signal called are joined by that signal, whatever else has arrived meanwhile", () => {
    const calls = callsInEveryOrder(
      sampleFlow({ begin: start(), a: on(signal("Message")), b: on(signal("Message")), c: on(and("a", "b")) }),
      {},
      { signals: [1, 2, 3].map((after) => ({ after, signal: 0 })) },
    );
    expect(calls).toEqual([{ begin: 1, a: 3, b: 3, c: 3 }]);
  });

  test("a signal in each round of a loop", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        begin: start(),
        draft: on(or("begin", "rework")),
        approve: router(["good", "rework"], and("draft", signal("Legal"))),
        publish: on("good"),
      }),
      { approve: ({ draft }) => (draft! < 2 ? "rework" : "good") },
      { signals: [1, 1, 1].map((after) => ({ after, signal: 0 })) },
    );
    expect(calls).toEqual([{ begin: 1, draft: 3, approve: 3, publish: 1 }]);
  });

  test("a join of what waits for something kept", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        config: start(),
        a: on("h"),
        b: on(and("h", keep("config"))),
        g: router(["again", "done"], "h"),
        z: on(and("a", "b")),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, config: 1, h: 3, a: 3, b: 3, g: 3, z: 3 }]);
  });

  test("a join of what waits behind other signals", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        begin: start(),
        a: on(signal("Message")),
        tick: on(signal("Tick")),
        b: on(and(signal("Message"), "tick")),
        z: on(and("a", "b")),
      }),
      {},
      { signals: [0, 0, 0, 1, 1, 1].map((signal, i) => ({ after: signal === 0 ? i + 1 : 1_000, signal })) },
    );
    expect(calls).toEqual([{ begin: 1, a: 3, tick: 3, b: 3, z: 3 }]);
  });

  test("a loop's exit behind a signal joined with what the last round made", () => {
    const definition = sampleFlow({
      begin: start(),
      write: on(or("begin", "again")),
      check: router(["again", "done"], and("write", signal("go"))),
      publish: on(and("write", "done")),
    });
    const signals = [1, 1, 1].map((after) => ({ after, signal: 0 }));
    const calls = callsInEveryOrder(definition, { check: again(3, "write") }, { signals });
    expect(calls).toEqual([{ begin: 1, write: 3, check: 3, publish: 1 }]);
    expect(lastPayload(definition, { check: again(3, "write") }, signals)).toEqual({ write: "write#3", done: "done" });
  });

  test("two gates of a loop lead to one next round", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        begin: start(),
        write: on(or("begin", "again", "redo")),
        legal: router(["again"], and("write", signal("Legal"))),
        brand: router(["redo"], and("write", signal("Brand"))),
      }),
      {
        legal: ({ write }) => (write! < 1 ? "again" : []),
        brand: ({ write }) => (write! < 1 ? "redo" : []),
      },
      // both come while the first round waits, then both while the second does
      { signals: [3, 3, 1_000, 1_000].map((after, i) => ({ after, signal: i % 2 })) },
    );
    expect(calls).toEqual([{ begin: 1, write: 2, legal: 2, brand: 2 }]);
  });

  test("a signal that enters a loop goes through all its rounds, so that the next one has rounds of its own", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        begin: start(),
        write: on(or(signal("Message"), "again")),
        check: router(["again"], "write"),
      }),
      { check: ({ write }) => (write! < 1 ? "again" : []) },
      { signals: [1, 1].map((after) => ({ after, signal: 0 })) },
    );
    expect(calls).toEqual([{ begin: 1, write: 4, check: 4 }]);
  });
});
