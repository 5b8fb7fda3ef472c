/** The rules of concurrent writes, one by one: what conflicts, what composes, and what the declared rules make of it. */
import { describe, expect, test } from "vitest";
import type { MergeRule } from "../src/definition/index.js";
import { FlowError } from "../src/errors/index.js";
import { compileStateRules, FlowState, finishForState } from "../src/state/index.js";
import { printed } from "./support/state-oracle.js";
import { composing, conflicting, type Edit } from "./support/state-pairs.js";

type Merge = Readonly<Record<string, MergeRule>>;

/** Calls that all begin on the same state and commit in turn: the state they leave, and the code of each that failed. */
function concurrently(initial: object, edits: Edit[], merge?: Merge) {
  const state = new FlowState(finishForState(initial, []), compileStateRules(undefined, merge));
  const calls = edits.map((edit) => {
    const call = state.begin();
    edit(call.draft);
    return call;
  });
  const errors: FlowError[] = [];
  calls.forEach((call, index) => {
    const before = state.root;
    try {
      const change = call.finish();
      if (change) state.commit(change, `step${index}`);
    } catch (error) {
      if (!FlowError.is(error)) throw error;
      errors.push(error);
      expect(state.root).toBe(before);
    }
    state.end(call);
  });
  return { root: state.root as any, errors, codes: errors.map(({ code }) => code) };
}

const conflict = ["STATE_CONFLICT"];

describe("without a declared rule", () => {
  test.each(conflicting)("conflict: $name", ({ initial, mine, theirs }) => {
    const { codes, root } = concurrently(initial, [mine, theirs]);
    expect(codes).toEqual(conflict);
    expect(printed(root)).toBe(printed(concurrently(initial, [mine]).root));
  });

  test.each(composing)("no conflict: $name", ({ initial, mine, theirs, expected }) => {
    const { codes, root } = concurrently(initial, [mine, theirs]);
    expect(codes).toEqual([]);
    expect(printed(root)).toBe(printed(expected));
  });

  test("the conflict names both steps and the shorter path, in either order", () => {
    const outer: Edit = (s) => (s.o = { p: { q: 1 } });
    const inner: Edit = (s) => (s.o.p.q = 2);
    for (const edits of [
      [outer, inner],
      [inner, outer],
    ]) {
      const [error] = concurrently({ o: { p: { q: 0 } } }, edits).errors;
      expect(error).toMatchObject({ code: "STATE_CONFLICT", details: { path: ["o"], steps: ["step1", "step0"] } });
      expect(error?.message).toContain("step0");
      expect(error?.message).toContain("step1");
    }
  });

  test("a place that was changed and put back by others still counts as written", () => {
    const { codes } = concurrently({ n: 0, m: 0 }, [(s) => (s.n = 1), (s) => (s.n = 2), (s) => (s.m = 1)]);
    expect(codes).toEqual(conflict);
  });

  test("a thousand calls push to one array at the same time: all are there, in the order of their commits", () => {
    const edits = Array.from(
      { length: 1000 },
      (_, n): Edit =>
        (s) =>
          s.l.push(n),
    );
    const { root, codes } = concurrently({ l: [] }, edits);
    expect(codes).toEqual([]);
    expect(root.l).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  });
});

describe("declared rules", () => {
  test("sum adds what each one added", () => {
    const { root, codes } = concurrently({ n: 10 }, [(s) => s.n++, (s) => (s.n += 5), (s) => (s.n -= 2)], { n: "sum" });
    expect(codes).toEqual([]);
    expect(root).toEqual({ n: 14 });
    expect(concurrently({ n: 1n }, [(s) => s.n++, (s) => s.n++], { n: "sum" }).root).toEqual({ n: 3n });
  });

  test("max keeps the greater one, of numbers and of dates, whoever came first", () => {
    for (const edits of [
      [5, 3],
      [3, 5],
    ].map((pair) =>
      pair.map(
        (n): Edit =>
          (s) =>
            (s.n = n),
      ),
    ))
      expect(concurrently({ n: 9 }, edits, { n: "max" }).root).toEqual({ n: 5 });
    const dates = [5, 3].map(
      (n): Edit =>
        (s) =>
          (s.at = new Date(n)),
    );
    expect(concurrently({ at: new Date(0) }, dates, { at: "max" }).root).toEqual({ at: new Date(5) });
  });

  test("lastWrite takes the one that commits last, deletions too", () => {
    expect(concurrently({ n: 0 }, [(s) => (s.n = 1), (s) => (s.n = 2)], { n: "lastWrite" }).root).toEqual({ n: 2 });
    expect(concurrently({ n: 0 }, [(s) => (s.n = 1), (s) => delete s.n], { n: "lastWrite" }).root).toEqual({});
    expect(concurrently({ n: 0 }, [(s) => delete s.n, (s) => (s.n = 1)], { n: "lastWrite" }).root).toEqual({ n: 1 });
  });

  test("append puts what was added behind what the other one left", () => {
    const rewrite: Edit = (s) => (s.l = [9]);
    const push: Edit = (s) => s.l.push(2);
    expect(concurrently({ l: [1] }, [rewrite, push], { l: "append" }).root).toEqual({ l: [9, 2] });
    expect(concurrently({ l: [1] }, [push, push], { l: "append" }).root).toEqual({ l: [1, 2, 2] });
    expect(concurrently({ t: "a" }, [(s) => (s.t += "b"), (s) => (s.t += "c")], { t: "append" }).root).toEqual({
      t: "abc",
    });
  });

  test("union keeps every element of either once", () => {
    const add =
      (...items: unknown[]): Edit =>
      (s) =>
        s.l.push(...items);
    expect(concurrently({ l: [1] }, [add(2, 3), add(3, 4)], { l: "union" }).root).toEqual({ l: [1, 2, 3, 4] });
    expect(concurrently({ l: [] }, [add({ id: 1 }), add({ id: 1 })], { l: "union" }).root).toEqual({ l: [{ id: 1 }] });
    const replaced = [2, 3].map(
      (n): Edit =>
        (s) =>
          (s.s = new Set([n])),
    );
    expect(concurrently({ s: new Set([1]) }, replaced, { s: "union" }).root).toEqual({ s: new Set([2, 3]) });
  });

  test("a function gets base, mine and theirs, frozen, and says what becomes of them", () => {
    const given: unknown[] = [];
    const merge: MergeRule = (...values) => {
      given.push(...values);
      return { n: values[1].n * 100 + values[2].n * 10 + values[0].n };
    };
    const { root } = concurrently({ o: { n: 1 } }, [(s) => (s.o = { n: 2 }), (s) => (s.o = { n: 3 })], { o: merge });
    expect(root).toEqual({ o: { n: 321 } });
    expect(given).toEqual([{ n: 1 }, { n: 3 }, { n: 2 }]);
    expect(given.map(Object.isFrozen)).toEqual([true, true, true]);
  });

  test("a rule that throws, or that can't work on what it meets, is STATE_MERGE_FAILED and leaves no trace", () => {
    const cause = new Error("no");
    const throwing = () => {
      throw cause;
    };
    const two: Edit[] = [(s) => (s.n = "a"), (s) => (s.n = "b")];
    expect(concurrently({ n: "" }, two, { n: throwing }).errors).toMatchObject([
      { code: "STATE_MERGE_FAILED", details: { path: ["n"] }, cause },
    ]);
    for (const rule of ["sum", "union"] as const) {
      const { codes, root } = concurrently({ n: "" }, two, { n: rule });
      expect(codes).toEqual(["STATE_MERGE_FAILED"]);
      expect(root).toEqual({ n: "a" });
    }
  });

  test("what a function makes must be storable", () => {
    const two: Edit[] = [(s) => (s.n = 1), (s) => (s.n = 2)];
    expect(concurrently({ n: 0 }, two, { n: () => () => 1 }).codes).toEqual(["STATE_NOT_SERIALIZABLE"]);
  });

  test("rules stand at dotted paths, also through Maps, and say nothing of their siblings", () => {
    const two: Edit[] = [(s) => s.a.b.c++, (s) => s.a.b.c++];
    const initial = { a: { b: { c: 0, d: 0 } } };
    expect(concurrently(initial, two, { "a.b.c": "sum" }).root).toEqual({ a: { b: { c: 2, d: 0 } } });
    expect(concurrently(initial, two, { "a.b.d": "sum" }).codes).toEqual(conflict);
    const inMap: Edit[] = [1, 2].map((n) => (s) => s.m.set("k", s.m.get("k") + n));
    expect(concurrently({ m: new Map([["k", 1]]) }, inMap, { "m.k": "sum" }).root.m.get("k")).toBe(4);
  });

  test("the nearest rule upward decides", () => {
    const two: Edit[] = [(s) => s.a.b.n++, (s) => s.a.b.n++];
    const initial = { a: { b: { n: 0 } } };
    expect(concurrently(initial, two, { a: "sum" }).root).toEqual({ a: { b: { n: 2 } } });
    expect(concurrently(initial, two, { a: "sum", "a.b": "lastWrite" }).root).toEqual({ a: { b: { n: 1 } } });
    const whole: MergeRule = (_, mine, theirs) => ({ b: { n: mine.b.n + theirs.b.n + 40 } });
    expect(concurrently(initial, two, { a: whole }).root).toEqual({ a: { b: { n: 42 } } });
  });

  test("an ancestor and a place in it: the rule is looked up at the ancestor", () => {
    const edits: Edit[] = [(s) => (s.o = { n: 5, k: 1 }), (s) => (s.o.n = 2)];
    expect(concurrently({ o: { n: 0 } }, edits, { "o.n": "sum" }).codes).toEqual(conflict);
    expect(concurrently({ o: { n: 0 } }, edits, { o: "lastWrite", "o.n": "sum" }).root).toEqual({ o: { n: 2 } });
    expect(concurrently({ o: { n: 0 } }, edits.reverse(), { o: "lastWrite" }).root).toEqual({ o: { n: 5, k: 1 } });
  });

  test("what others wrote beside a merged place stays", () => {
    const edits: Edit[] = [
      (s) => {
        s.n++;
        s.a = 1;
      },
      (s) => {
        s.n++;
        s.b = 2;
      },
    ];
    expect(concurrently({ n: 0 }, edits, { n: "sum" }).root).toEqual({ n: 2, a: 1, b: 2 });
  });
});
