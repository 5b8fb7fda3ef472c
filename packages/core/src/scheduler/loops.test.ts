import { describe, expect, test } from "vitest";
import { and, on, or, race, router, sampleFlow, start } from "../../test/support/sample-flow.js";
import { again, callsInEveryOrder } from "./testing/calls-in-every-order.js";

/** A loop's way in; what leads back to its head `h` gives the label `again`. */
const entered = { begin: start(), h: on(or("begin", "again")) };

describe("loops, in every order of completions", () => {
  test("a step listening to two others of the loop, of which one listens to the other", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        a: on("h"),
        b: on(or("h", "a")),
        g: router(["again", "done"], or("a", "b")),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, h: 3, a: 3, b: 3, g: 3 }]);
  });

  test("a step joining two others of the loop, of which one listens to the other", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        a: on("h"),
        b: on("a"),
        g: router(["again", "done"], and("a", "b")),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, h: 3, a: 3, b: 3, g: 3 }]);
  });

  test("or(fast, slow) beside the loop", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        fast: on("h"),
        slow: on("h"),
        first: on(or("fast", "slow")),
        g: router(["again", "done"], "h"),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, h: 3, fast: 3, slow: 3, first: 3, g: 3 }]);
  });

  test.each([
    { title: "or(fast, slow) in the loop", first: or("fast", "slow") },
    { title: "race(fast, slow) in the loop aborts the slower one in each round", first: race("fast", "slow") },
  ])("$title", ({ first }) => {
    const calls = callsInEveryOrder(
      sampleFlow({ ...entered, fast: on("h"), slow: on("h"), g: router(["again", "done"], first) }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, h: 3, fast: 3, slow: 3, g: 3 }]);
  });

  test("two steps with the same or(begin, again), one of them leading back", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        begin: start(),
        u: on(or("begin", "again")),
        v: on(or("begin", "again")),
        g: router(["again", "done"], "u"),
      }),
      { g: again(3, "u") },
    );
    expect(calls).toEqual([{ begin: 1, u: 3, v: 3, g: 3 }]);
  });

  test("two steps with the same or(begin, again), both leading back", () => {
    for (const g of [or("u", "v"), and("u", "v")]) {
      const calls = callsInEveryOrder(
        sampleFlow({
          begin: start(),
          u: on(or("begin", "again")),
          v: on(or("begin", "again")),
          g: router(["again", "done"], g),
        }),
        { g: again(3, "u") },
      );
      expect(calls).toEqual([{ begin: 1, u: 3, v: 3, g: 3 }]);
    }
  });

  test("or of a second start and a loop's label, beside the loop", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        second: start(),
        w: on(or("second", "again")),
        g: router(["again", "done"], "h"),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, second: 1, h: 3, w: 3, g: 3 }]);
  });

  test("or of a second start and a loop's label, in the loop", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        second: start(),
        w: on(or("second", "again")),
        g: router(["again", "done"], or("h", "w")),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, second: 1, h: 3, w: 3, g: 3 }]);
  });

  test("two loops into one or: the labels that lead back", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        a: start(),
        h1: on(or("a", "again1")),
        g1: router(["again1", "done1"], "h1"),
        b: start(),
        h2: on(or("b", "again2")),
        g2: router(["again2", "done2"], "h2"),
        count: on(or("again1", "again2")),
      }),
      { g1: ({ h1 }) => (h1! < 2 ? "again1" : "done1"), g2: ({ h2 }) => (h2! < 1 ? "again2" : "done2") },
    );
    expect(calls).toEqual([{ a: 1, h1: 3, g1: 3, b: 1, h2: 2, g2: 2, count: 3 }]);
  });

  test("two loops into one or: a label given in every round, the last too", () => {
    const several = (condition: string, own: string) => ({
      ...router([own, "progress"], condition),
      severalLabels: true,
    });
    const calls = callsInEveryOrder(
      sampleFlow({
        a: start(),
        h1: on(or("a", "again1")),
        g1: several("h1", "again1"),
        b: start(),
        h2: on(or("b", "again2")),
        g2: several("h2", "again2"),
        count: on(or("progress")),
      }),
      {
        g1: ({ h1 }) => (h1! < 1 ? ["again1", "progress"] : "progress"),
        g2: ({ h2 }) => (h2! < 1 ? ["again2", "progress"] : "progress"),
      },
    );
    expect(calls).toEqual([{ a: 1, h1: 2, g1: 2, b: 1, h2: 2, g2: 2, count: 4 }]);
  });

  test("two loops into one or: the routers by name", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        a: start(),
        h1: on(or("a", "again1")),
        g1: router(["again1"], "h1"),
        b: start(),
        h2: on(or("b", "again2")),
        g2: router(["again2"], "h2"),
        count: on(or("g1", "g2")),
      }),
      { g1: ({ h1 }) => (h1! < 1 ? "again1" : []), g2: ({ h2 }) => (h2! < 1 ? "again2" : []) },
    );
    expect(calls).toEqual([{ a: 1, h1: 2, g1: 2, b: 1, h2: 2, g2: 2, count: 4 }]);
  });

  test("an inner loop inside an outer one", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        begin: start(),
        outer: on(or("begin", "more")),
        inner: on(or("outer", "again")),
        g: router(["again", "done"], "inner"),
        o: router(["more", "end"], "done"),
      }),
      { g: again(3, "inner"), o: ({ outer }) => (outer! < 1 ? "more" : "end") },
    );
    expect(calls).toEqual([{ begin: 1, outer: 2, inner: 6, g: 6, o: 2 }]);
  });

  test("two branches of a loop that does not wait for their join", () => {
    const calls = callsInEveryOrder(
      sampleFlow({
        ...entered,
        a: on("h"),
        b: on("h"),
        join: on(and("a", "b")),
        g: router(["again", "done"], "a"),
      }),
      { g: again(3, "h") },
    );
    expect(calls).toEqual([{ begin: 1, h: 3, a: 3, b: 3, join: 3, g: 3 }]);
  });
});
