// What `defineFlow` makes of conditions, options and statics that JavaScript lets through or a cast hides.

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { calledBy } from "../../test/support/call-sources.js";
import { signal } from "./conditions.js";
import * as decorators from "./decorators.js";
import { defineFlow } from "./read-class.js";

const listen: any = decorators.listen;
const start: any = decorators.start;
const router: any = decorators.router;

/** A flow whose step `go` has this decorator. */
function flowWith(decorator: any) {
  class Sample {
    @decorator go() {
      return 1;
    }
  }
  return Sample;
}
const stepOf = (decorator: any) => defineFlow(flowWith(decorator)).steps[0]!;
const failing = (decorator: any) => () => defineFlow(flowWith(decorator));
const withCode = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe("conditions", () => {
  test.each([
    [undefined, "holds nothing"],
    [5, "holds 5"],
    ["", 'holds "" in place of a name'],
    [null, "holds null"],
    [{ type: "any", of: [] }, 'holds an object of type "any"'],
    [{ type: "or", of: ["a", { x: 1 }] }, "holds an object"],
    [{ type: "or", of: "a" }, 'holds an object of type "or"'],
    [{ type: "and", of: ["a", () => "b"] }, "holds a function (references stand inside one f => …)"],
    [{ type: "keep", of: [{ type: "and", of: ["a"] }] }, "has a `keep` around `and`"],
    [{ type: "failed", step: 5 }, "holds 5 in place of a name"],
    [(f: any) => f.a.b, "holds nothing"],
    [(f: any) => f.a(), "throws when it is given the flow's references"],
    [() => () => "a", "answers another function"],
  ])("%# is none", (on, message) => {
    expect(failing(listen(on))).toThrow(withCode("DEFINITION_CONDITION_INVALID", message));
  });

  test("the error says where", () => {
    expect(failing(listen(5))).toThrow('The condition of step "go" in Sample holds 5.');
  });

  test("what a reference's function throws is the cause", () => {
    const thrown = new Error("no");
    expect(
      failing(
        listen(() => {
          throw thrown;
        }),
      ),
    ).toThrow(expect.objectContaining({ cause: thrown }));
  });

  test("a name is taken as it stands; whether it exists is for the plan to say", () => {
    expect(stepOf(listen("nowhere")).conditions).toEqual([{ kind: "name", name: "nowhere" }]);
  });

  test("one signal, two schemas", () => {
    const first = signal("legal", z.object({ ok: z.boolean() }));
    const second = signal("legal", z.object({ ok: z.boolean() }));
    const other = signal("legal");
    class Same {
      @listen(first) a() {
        return 1;
      }
      @listen(other) b() {
        return 2;
      }
      @listen(first) c() {
        return 3;
      }
    }
    class Different extends Same {
      @listen(second) d() {
        return 4;
      }
    }
    expect(defineFlow(Same).signals.get("legal")).toBe(first.schema);
    expect(() => defineFlow(Different)).toThrow(
      withCode("DEFINITION_CONDITION_INVALID", 'step "d" in Different has signal "legal" with a schema that differs'),
    );
  });
});

describe("options", () => {
  test("defaults of retry, durations in milliseconds", () => {
    expect(stepOf(start({ retry: { attempts: 3 }, timeout: "5m" }))).toMatchObject({
      retry: { attempts: 3, backoff: "exponential", delayMs: 1000, maxDelayMs: 30_000, jitter: true },
      timeoutMs: 300_000,
    });
  });

  test("everything given", () => {
    const isRetryable = () => true;
    const retry = { attempts: 2, backoff: "fixed", delay: "2s", maxDelay: 5, jitter: false, if: isRetryable };
    const step = stepOf(listen("a", { retry, when: (state: any, payload: any) => state.n > payload }));
    expect(step.retry).toEqual({ attempts: 2, backoff: "fixed", delayMs: 2000, maxDelayMs: 5, jitter: false });
    expect(step.retryIf).toBe(isRetryable);
    expect([step.when!({ n: 2 }, 1, calledBy("a")), step.when!({ n: 1 }, 1, calledBy("a"))]).toEqual([true, false]);
  });

  test("none given leave no trace", () => {
    expect(Object.keys(stepOf(start()))).toEqual(["name", "starts", "conditions", "router", "invoke"]);
  });

  test.each([
    [{ tmeout: 5 }, 'has an unknown option "tmeout"', 'Did you mean "timeout"?'],
    [{ concurrency: 5 }, 'has an unknown option "concurrency"', "There are: retry, timeout, when, routes."],
    [{ retry: { attempts: 1, dleay: 5 } }, 'has an unknown option "dleay"', 'Did you mean "delay"?'],
    [{ retry: 3 }, "Option `retry` of step", ""],
    [{ retry: {} }, "Option `retry.attempts` of step", ""],
    [{ retry: { attempts: 2, backoff: "linear" } }, "Option `retry.backoff` of step", ""],
    [{ retry: { attempts: 2, jitter: 1 } }, "Option `retry.jitter` of step", ""],
    [{ retry: { attempts: 2, if: true } }, "Option `retry.if` of step", ""],
    [{ when: true }, "Option `when` of step", ""],
    [{ routes: "a" }, "Option `routes` of step", ""],
    [{ routes: ["a", 1] }, "Option `routes` of step", ""],
  ])("%o", (options, message, hint) => {
    expect(failing(router("a", options))).toThrow(
      expect.objectContaining({
        code: "PLAN_OPTION_INVALID",
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });

  test("options that are no object", () => {
    expect(failing(listen("a", "5m"))).toThrow(withCode("PLAN_OPTION_INVALID", "Option `options` of step"));
  });

  test("a duration that is none", () => {
    expect(failing(start({ timeout: "5 m" }))).toThrow(
      withCode("DEFINITION_DURATION_INVALID", 'Option `timeout` of step "go" in Sample is "5 m"'),
    );
    expect(failing(start({ retry: { attempts: 2, delay: -1 } }))).toThrow(
      withCode("DEFINITION_DURATION_INVALID", "Option `retry.delay`"),
    );
  });

  test("routes on a step that is no router are recorded, for the plan to refuse", () => {
    expect(stepOf(listen("a", { routes: ["x"] }))).toMatchObject({ router: false, routes: ["x"] });
  });
});

describe("statics", () => {
  const merge = { total: "sum", "a.b": (base: number) => base } as const;
  class Full {
    static flowName = "full";
    static version = "2";
    static state = z.object({ total: z.number() });
    static inputs = z.string();
    static output = z.number();
    static merge = merge;
    other = 1;
  }
  class Inheriting extends Full {
    static override flowName = "other";
  }

  test("are read, inherited ones too", () => {
    const { steps, signals, ...statics } = defineFlow(Inheriting);
    expect(statics).toEqual({
      name: "other",
      version: "2",
      state: Full.state,
      inputs: Full.inputs,
      output: Full.output,
      merge,
    });
    expect([steps.length, signals.size]).toEqual([0, 0]);
  });

  test("absent ones are absent, and the name is the class's", () => {
    class Bare {}
    expect(Object.keys(defineFlow(Bare))).toEqual(["name", "steps", "signals"]);
    expect(defineFlow(Bare).name).toBe("Bare");
  });

  test.each([
    [{ flowName: 5 }, "`static flowName` of a flow class is not a name."],
    [{ flowName: "" }, "`static flowName` of a flow class is not a name."],
    [{ version: 2 }, '`static version` of Sample is not a string such as "2".'],
    [{ state: { n: 1 } }, "`static state` of Sample is not a zod schema."],
    [{ inputs: "text" }, "`static inputs` of Sample is not a zod schema."],
    [{ output: null }, "`static output` of Sample is not a zod schema."],
    [{ merge: "sum" }, "`static merge` of Sample is not an object of rules by path."],
    [{ merge: { total: "add" } }, '`static merge` of Sample is not right at "total".'],
  ])("%o", (statics, message) => {
    class Sample {}
    Object.assign(Sample, statics);
    expect(() => defineFlow(Sample)).toThrow(withCode("DEFINITION_STATIC_INVALID", message));
  });

  test("a class without a name needs one", () => {
    expect(() => defineFlow((() => class {})())).toThrow(withCode("DEFINITION_STATIC_INVALID", "a flow class"));
  });
});
