/** What a commit lets into the state: as far as it reaches, the schema's say, and only what can be stored. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Flow, FlowError, listen, MemoryPersistence, start } from "../src/index.js";
import { compileStateRules, decodeValue, encodeValue, FlowState, finishForState } from "../src/state/index.js";
import { expectFrozen, printed } from "./support/state-oracle.js";

type Edit = (state: any) => unknown;

/** One call alone: the code it failed with, or the state that it left. */
function commitOne(schema: z.ZodType | undefined, initial: object, edit: Edit) {
  const state = new FlowState(finishForState(initial, []), compileStateRules(schema));
  const before = state.root;
  const call = state.begin();
  try {
    edit(call.draft);
    const change = call.finish();
    if (change) state.commit(change, "step");
    return { root: state.root as object };
  } catch (error) {
    if (!FlowError.is(error)) throw error;
    expect(state.root).toBe(before);
    return { code: error.code, details: error.details };
  } finally {
    state.end(call);
  }
}

describe("the schema at a commit", () => {
  const invalid = (path: unknown[]) => ({ code: "STATE_INVALID", details: { problems: [{ path }] } });

  test("is checked only as far as the change reaches", () => {
    const schema = z.object({ a: z.number(), b: z.object({ c: z.number(), d: z.number() }), l: z.array(z.number()) });
    const bad = { a: 1, b: { c: 1, d: "bad" }, l: ["bad"] };
    expect(commitOne(schema, bad, (s) => (s.a = 2)).root).toMatchObject({ a: 2 });
    expect(commitOne(schema, bad, (s) => (s.b.c = 2)).root).toMatchObject({ b: { c: 2 } });
    expect(commitOne(schema, bad, (s) => s.l.push(1)).root).toMatchObject({ l: ["bad", 1] });
    expect(commitOne(schema, bad, (s) => s.l.push("worse"))).toMatchObject(invalid(["l", 1]));
    expect(commitOne(schema, bad, (s) => (s.b = { c: 2, d: "bad" }))).toMatchObject({ code: "STATE_INVALID" });
  });

  test("refinements of everything above the change are asked, the root's too", () => {
    const ordered = z.object({ lo: z.number(), hi: z.number() }).refine((s) => s.lo <= s.hi, "upside down");
    expect(commitOne(ordered, { lo: 1, hi: 2 }, (s) => (s.lo = 3))).toMatchObject(invalid([]));
    const nested = z.object({
      deep: z.object({ range: ordered, list: z.array(z.number()).refine((l) => l.length < 3) }),
    });
    const initial = { deep: { range: { lo: 1, hi: 2 }, list: [1, 2] } };
    expect(commitOne(nested, initial, (s) => (s.deep.range.lo = 3))).toMatchObject(invalid(["deep", "range"]));
    expect(commitOne(nested, initial, (s) => s.deep.list.push(3))).toMatchObject(invalid(["deep", "list"]));
    expect(commitOne(nested, initial, (s) => (s.deep.range.lo = 2)).root).toMatchObject({ deep: { range: { lo: 2 } } });
  });

  test("two calls that are right alone and wrong together: the second one fails and leaves no trace", () => {
    const schema = z.object({ lo: z.number(), hi: z.number() }).refine((s) => s.lo <= s.hi);
    const state = new FlowState(finishForState({ lo: 0, hi: 9 }, []), compileStateRules(schema));
    const [raise, lower] = [state.begin(), state.begin()];
    (raise.draft as { lo: number }).lo = 5;
    (lower.draft as { hi: number }).hi = 3;
    state.commit(raise.finish()!, "raise");
    expect(() => state.commit(lower.finish()!, "lower")).toThrow(expect.objectContaining({ code: "STATE_INVALID" }));
    state.end(raise);
    state.end(lower);
    expect(state.root).toEqual({ lo: 5, hi: 9 });
  });

  test("a refused commit leaves no trace among many that nobody looked at in between", () => {
    const schema = z.object({ l: z.array(z.number().refine((n) => n !== 2)), s: z.set(z.number()) });
    const state = new FlowState(finishForState({ l: [], s: new Set() }, []), compileStateRules(schema));
    const calls = [0, 1, 2, 3].map((n) => {
      const call = state.begin();
      const draft = call.draft as { l: number[]; s: Set<number> };
      draft.s.add(n);
      draft.l.push(n);
      return call;
    });
    const commits = calls.map((call) => () => state.commit(call.finish()!, "step"));
    commits[0]!();
    commits[1]!();
    expect(commits[2]).toThrow(expect.objectContaining({ code: "STATE_INVALID" }));
    commits[3]!();
    for (const call of calls) state.end(call);
    expect(state.root).toEqual({ l: [0, 1, 3], s: new Set([0, 1, 3]) });
  });

  test.each([
    ["object", z.object({ o: z.object({ a: z.number() }) })],
    ["strictObject", z.strictObject({ o: z.strictObject({ a: z.number() }) })],
  ])("an unknown key of %s is refused, at the root and below", (_, schema) => {
    expect(commitOne(schema, { o: { a: 1 } }, (s) => (s.b = 1))).toMatchObject({ code: "STATE_INVALID" });
    expect(commitOne(schema, { o: { a: 1 } }, (s) => (s.o.b = 1))).toMatchObject({ code: "STATE_INVALID" });
    expect(commitOne(schema, { o: { a: 1 } }, (s) => (s.o = { a: 1, b: 1 }))).toMatchObject({ code: "STATE_INVALID" });
  });

  test("a loose object takes unknown keys; a record and a Map check theirs", () => {
    expect(commitOne(z.looseObject({ a: z.number() }), { a: 1 }, (s) => (s.b = 1)).root).toEqual({ a: 1, b: 1 });
    const record = z.object({ r: z.record(z.string().max(2), z.number()), m: z.map(z.number(), z.string()) });
    const initial = { r: {}, m: new Map() };
    expect(commitOne(record, initial, (s) => (s.r.ab = 1)).root).toMatchObject({ r: { ab: 1 } });
    expect(commitOne(record, initial, (s) => (s.r.abc = 1))).toMatchObject({ code: "STATE_INVALID" });
    expect(commitOne(record, initial, (s) => (s.r.a = "1"))).toMatchObject({ code: "STATE_INVALID" });
    expect(commitOne(record, initial, (s) => s.m.set("1", "a"))).toMatchObject({ code: "STATE_INVALID" });
    expect(commitOne(record, initial, (s) => s.m.set(1, 1))).toMatchObject({ code: "STATE_INVALID" });
    expect(commitOne(z.object({ s: z.set(z.number()) }), { s: new Set() }, (s) => s.s.add("1"))).toMatchObject({
      code: "STATE_INVALID",
    });
  });

  test("coercion does not let a wrong type through", () => {
    const schema = z.object({ n: z.coerce.number(), at: z.coerce.date(), l: z.array(z.coerce.number()) });
    const initial = { n: 1, at: new Date(0), l: [1] };
    expect(commitOne(schema, initial, (s) => (s.n = "5"))).toMatchObject(invalid(["n"]));
    expect(commitOne(schema, initial, (s) => (s.at = "2026-01-01"))).toMatchObject(invalid(["at"]));
    expect(commitOne(schema, initial, (s) => s.l.push("5"))).toMatchObject(invalid(["l", 1]));
    expect(commitOne(schema, initial, (s) => (s.n = 5)).root).toMatchObject({ n: 5 });
  });

  test("deleting a required key is refused, an optional one is not", () => {
    const schema = z.object({ a: z.number(), b: z.number().optional() });
    expect(commitOne(schema, { a: 1, b: 1 }, (s) => delete s.a)).toMatchObject(invalid(["a"]));
    expect(commitOne(schema, { a: 1, b: 1 }, (s) => delete s.b).root).toEqual({ a: 1 });
  });

  test("transforms and defaults act at kickoff, once", async () => {
    let transformed = 0;
    class Names extends Flow<typeof Names> {
      static state = z.object({
        name: z.string().transform((name) => {
          transformed++;
          return `${name}!`;
        }),
        n: z.number().default(7),
        o: z.object({ k: z.number().default(1) }).prefault({}),
      });
      @start() begin() {
        const seen = { ...this.state, o: { ...this.state.o } };
        this.state.name = "Bob";
        this.state.n++;
        return seen;
      }
    }
    const result = await new Names().kickoff({ name: "Ada" });
    expect(result).toMatchObject({ output: { name: "Ada!", n: 7, o: { k: 1 } }, state: { name: "Bob", n: 8 } });
    expect(transformed).toBe(1);
  });
});

describe("what can't be stored", () => {
  class Own {
    x = 1;
  }
  const cycle: Record<string, unknown> = {};
  cycle.deep = { cycle };

  test.each<[string, unknown, string[]]>([
    ["a function", () => 1, []],
    ["a class instance", new Own(), []],
    ["a symbol", Symbol("s"), []],
    ["a cycle", cycle, ["deep", "cycle"]],
    ["a Promise", Promise.resolve(), []],
    ["a regular expression", /x/, []],
    ["a symbol as a key", { deep: { [Symbol("s")]: 1 } }, ["deep"]],
  ])("%s is refused at the commit, with its path", (_, value, inner) => {
    const refused = (path: unknown[]) => ({ code: "STATE_NOT_SERIALIZABLE", details: { path: [...path, ...inner] } });
    const initial = { o: {}, l: [{ n: 1 }], m: new Map([["k", 1]]) };
    expect(commitOne(undefined, initial, (s) => (s.o.x = value))).toMatchObject(refused(["o", "x"]));
    expect(commitOne(undefined, initial, (s) => (s.new = { a: [0, value] }))).toMatchObject(refused(["new", "a", 1]));
    expect(commitOne(undefined, initial, (s) => s.l.push(value))).toMatchObject(refused(["l", 1]));
    expect(commitOne(undefined, initial, (s) => (s.l[0].x = value))).toMatchObject(refused(["l", 0, "x"]));
    expect(commitOne(undefined, initial, (s) => s.m.set("k", value))).toMatchObject(refused(["m", "k"]));
  });

  test("objects as Map keys and Set elements are refused", () => {
    expect(commitOne(undefined, { m: new Map() }, (s) => s.m.set({}, 1))).toMatchObject({
      code: "STATE_NOT_SERIALIZABLE",
    });
    expect(commitOne(undefined, { s: new Set() }, (s) => s.s.add({}))).toMatchObject({
      code: "STATE_NOT_SERIALIZABLE",
    });
  });

  test("through a flow the error names the step, and the run fails with it", async () => {
    class Bad extends Flow<{ o: Record<string, unknown> }> {
      override initialState = { o: {} };
      @start() begin() {
        this.state.o.f = { g: () => 1 };
      }
    }
    await expect(new Bad().kickoff()).rejects.toMatchObject({
      code: "STATE_NOT_SERIALIZABLE",
      step: "begin",
      details: { path: ["o", "f", "g"] },
    });
  });
});

describe("what survives", () => {
  const rich = () => ({
    date: new Date(86_400_000),
    map: new Map<unknown, unknown>([
      ["k", { at: new Date(1) }],
      [1, new Set([1, "1"])],
    ]),
    set: new Set<unknown>(["a", 1, 2n, null, true]),
    big: 2n ** 70n,
    url: new URL("https://example.org/a?b=c#d"),
    bytes: new Uint8Array([0, 1, 255]),
    floats: new Float64Array([0.5, -1]),
    gone: undefined,
    list: [undefined, null, Number.NaN, -0, Number.POSITIVE_INFINITY],
    text: "~ü\u2028\0",
  });

  test("encodeValue and decodeValue bring every kind back, frozen", () => {
    const back = decodeValue(encodeValue(finishForState(rich(), [])));
    expect(printed(back, { ordered: true })).toBe(printed(rich(), { ordered: true }));
    expectFrozen(back);
  });

  test("a run on MemoryPersistence keeps every kind; another flow object finds the same by id", async () => {
    class Rich extends Flow<{ kept?: ReturnType<typeof rich> }> {
      override initialState = {};
      @start() begin() {
        this.state.kept = rich();
        return rich();
      }
      @listen("begin") read(from: ReturnType<typeof rich>) {
        return [printed(from), printed(this.state.kept)];
      }
    }
    const persistence = new MemoryPersistence();
    const result = await new Rich({ persistence }).kickoff();
    const again = await new Rich({ persistence }).resume(result.id);
    for (const { state, outputs } of [result, again]) {
      expect(printed(state.kept)).toBe(printed(rich()));
      expect(printed(outputs.begin)).toBe(printed(rich()));
      expect(outputs.read).toEqual([printed(rich()), printed(rich())]);
    }
  });

  test("holes become undefined, deleted keys are gone", () => {
    const { root } = commitOne(undefined, { l: [1], o: { a: 1, b: 2 } }, (s) => {
      s.l[2] = 3;
      delete s.o.a;
    });
    expect(printed(root)).toBe(printed({ l: [1, undefined, 3], o: { b: 2 } }));
    expect(Object.hasOwn((root as { l: unknown[] }).l, 1)).toBe(true);
  });

  test("a step that returns a part of the state gives a finished value, which its listener can't change", async () => {
    class Parts extends Flow<{ o: { list: { n: number }[]; map: Map<string, number> } }> {
      override initialState = { o: { list: [{ n: 1 }], map: new Map([["k", 1]]) } };
      @start() begin() {
        this.state.o.list[0]!.n = 2;
        const part = this.state.o;
        return { part, element: part.list[0] };
      }
      @listen("begin") change({
        part,
        element,
      }: {
        part: { list: { n: number }[]; map: Map<string, number> };
        element?: { n: number };
      }) {
        this.state.o.list.push({ n: 3 });
        const refused = [() => part.list.push({ n: 9 }), () => part.map.set("k", 9), () => (element!.n = 9)].map(
          (edit) => {
            try {
              edit();
              return false;
            } catch {
              return true;
            }
          },
        );
        return { refused, seen: printed({ part, element }) };
      }
    }
    const result = await new Parts().kickoff();
    const given = { part: { list: [{ n: 2 }], map: new Map([["k", 1]]) }, element: { n: 2 } };
    expect(result.outputs.change).toEqual({ refused: [true, true, true], seen: printed(given) });
    expect(printed(result.outputs.begin)).toBe(printed(given));
    expect(printed(result.state)).toBe(printed({ o: { ...given.part, list: [{ n: 2 }, { n: 3 }] } }));
  });

  test("a state of 1 MB: one field changes, the patch stays small", () => {
    const rows = Array.from({ length: 5000 }, (_, id) => ({ id, text: "x".repeat(200) }));
    const state = new FlowState(finishForState({ rows, n: 0 }, []), compileStateRules());
    const call = state.begin();
    const draft = call.draft as { rows: { text: string }[]; n: number };
    draft.n = 1;
    draft.rows[4999]!.text = "y";
    const patches = state.commit(call.finish()!, "step");
    state.end(call);
    expect(encodeValue(patches).length).toBeLessThan(200);
    const root = state.root as { rows: { text: string }[] };
    expect([root.rows[4999]?.text, root.rows[4998]?.text.length, root.rows.length]).toEqual(["y", 200, 5000]);
    expect(printed(decodeValue(encodeValue(root)), { ordered: true })).toBe(printed(root, { ordered: true }));
  });
});
