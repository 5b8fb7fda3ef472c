import { expect, test } from "vitest";
import { z } from "zod";
import { compileStateRules, FlowState, finishForState } from "../src/state/index.js";

test("a commit that a rule refuses leaves no trace, whatever the others committed", () => {
  const inner = z.object({ a: z.object({ x: z.number() }), m: z.record(z.string(), z.number()) });
  const schema = z.object({ k: z.number(), o: inner.refine(({ m }) => m.k2 === undefined) });
  const state = new FlowState(finishForState({ k: 0, o: { a: { x: 0 }, m: {} } }, []), compileStateRules(schema));
  const calls = [0, 1, 2, 3].map((n) => {
    const call = state.begin();
    (call.draft as { o: { m: Record<string, number> } }).o.m[`k${n}`] = n;
    return call;
  });
  const codes = calls.map((call) => {
    try {
      state.commit(call.finish()!, "step");
      return "ok";
    } catch (error) {
      return (error as { code?: string }).code;
    } finally {
      state.end(call);
    }
  });
  expect(codes).toEqual(["ok", "ok", "STATE_INVALID", "ok"]);
  expect(state.root).toEqual({ k: 0, o: { a: { x: 0 }, m: { k0: 0, k1: 1, k3: 3 } } });
});

test("both sides of an intersection are checked", () => {
  const schema = z.object({ u: z.object({ a: z.number() }).and(z.object({ b: z.number() })) });
  const state = new FlowState(finishForState({ u: { a: 1, b: 1 } }, []), compileStateRules(schema));
  for (const edit of [{ a: "x" }, { b: "x" }]) {
    const call = state.begin();
    Object.assign((call.draft as { u: object }).u, edit);
    expect(() => state.commit(call.finish()!, "step")).toThrow(expect.objectContaining({ code: "STATE_INVALID" }));
    state.end(call);
  }
});
