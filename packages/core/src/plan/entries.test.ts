import { describe, expect, test } from "vitest";
import {
  and,
  atLeast,
  each,
  failed,
  keep,
  on,
  or,
  race,
  router,
  sampleFlow,
  settled,
  signal,
  start,
} from "../../test/support/sample-flow.js";
import type { Condition } from "../definition/index.js";
import { compile } from "./compile.js";

/** The entries of a step that hears `a`, `b`, `c`, `d` and the labels `x`, `y`, without what loops add. */
function entriesOf(...conditions: (string | Condition)[]) {
  const plan = compile(
    sampleFlow({
      a: start(),
      b: start(),
      c: start(),
      d: start(),
      g: router(["x", "y"], "a"),
      z: on(...conditions),
    }),
  );
  return plan.steps.at(-1)!.entries.map(({ mode, alternatives }) => [mode, ...alternatives.map(({ node }) => node)]);
}

const leaf = (key: string, trigger: object, kept = false) => ({ kind: "leaf", trigger, key, keep: kept });
const [a, b, c, d] = ["a", "b", "c", "d"].map((name, step) => leaf(name, { kind: "step", step }));

describe("entries", () => {
  test("a name alone is single; names are steps first, then labels", () => {
    expect(entriesOf("b")).toEqual([["single", b]]);
    expect(entriesOf("y")).toEqual([["single", leaf("y", { kind: "label", label: 1 })]]);
  });

  test("failures and settlings are keyed by their step, signals by their name", () => {
    expect(entriesOf(and(failed("a"), settled("b"), signal("legal")))).toEqual([
      [
        "single",
        {
          kind: "and",
          count: 3,
          of: [
            leaf("a", { kind: "failed", step: 0 }),
            leaf("b", { kind: "settled", step: 1 }),
            leaf("legal", { kind: "signal", signal: 0 }),
          ],
        },
      ],
    ]);
  });

  test("signals are numbered in order of first mention", () => {
    const plan = compile(
      sampleFlow({ a: start(), p: on(or("a", and(signal("s2"), "a"))), q: on(signal("s1")), r: on(signal("s2")) }),
    );
    expect(plan.signals).toEqual(["s2", "s1"]);
  });

  test("each stacked condition is an entry", () => {
    expect(entriesOf("a", or("b", "c"))).toEqual([
      ["single", a],
      ["or", b, c],
    ]);
  });

  test.each([
    ["or", or],
    ["each", each],
    ["race", race],
  ] as const)("%s at the top has an alternative for each operand", (mode, group) => {
    expect(entriesOf(group("a", "b"))).toEqual([[mode, a, b]]);
    expect(entriesOf(group("a"))).toEqual([[mode, a]]);
  });

  test.each([
    ["or", or],
    ["each", each],
    ["race", race],
  ] as const)("or directly inside %s adds its operands to it", (mode, group) => {
    expect(entriesOf(group("a", or("b", or("c", "d"))))).toEqual([[mode, a, b, c, d]]);
  });

  test("and, atLeast at the top are one alternative that is a group", () => {
    expect(entriesOf(and("a", "b"))).toEqual([["single", { kind: "and", count: 2, of: [a, b] }]]);
    expect(entriesOf(and("a"))).toEqual([["single", { kind: "and", count: 1, of: [a] }]]);
    expect(entriesOf(atLeast(2, "a", "b", "c"))).toEqual([["single", { kind: "atLeast", count: 2, of: [a, b, c] }]]);
  });

  test("and inside and is flat, or inside a group is a group of count one", () => {
    expect(entriesOf(and("a", and("b", or("c", "d"))))).toEqual([
      ["single", { kind: "and", count: 3, of: [a, b, { kind: "or", count: 1, of: [c, d] }] }],
    ]);
  });

  test("groups stand as they are inside or and atLeast", () => {
    expect(entriesOf(or("a", and("b", "c")))).toEqual([["or", a, { kind: "and", count: 2, of: [b, c] }]]);
    expect(entriesOf(atLeast(1, "a", atLeast(1, "b", "c")))).toEqual([
      ["single", { kind: "atLeast", count: 1, of: [a, { kind: "atLeast", count: 1, of: [b, c] }] }],
    ]);
  });

  test("keep marks the leaf", () => {
    expect(entriesOf(and("a", or(keep("b"), "c")))).toEqual([
      [
        "single",
        {
          kind: "and",
          count: 2,
          of: [a, { kind: "or", count: 1, of: [leaf("b", { kind: "step", step: 1 }, true), c] }],
        },
      ],
    ]);
  });
});

describe("terminal steps", () => {
  const terminals = (steps: Parameters<typeof sampleFlow>[0]) =>
    compile(sampleFlow(steps))
      .steps.filter((step) => step.terminal)
      .map((step) => step.name);

  test("are those that nothing listens to", () => {
    expect(terminals({ a: start(), b: on("a"), c: on("a") })).toEqual(["b", "c"]);
  });

  test("a listener to the failure does not hear the value, a listener to the settling does", () => {
    expect(terminals({ a: start(), b: start(), f: on(failed("a")), s: on(settled("b")) })).toEqual(["a", "f", "s"]);
  });

  test("a router is never one: what it returns is a label", () => {
    expect(terminals({ a: start(), g: router(["x"], "a") })).toEqual([]);
  });
});
