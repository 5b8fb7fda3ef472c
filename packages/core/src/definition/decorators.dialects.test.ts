// Runs in both decorator dialects.

import { describe, expect, test } from "vitest";
import { calledBy } from "../../test/support/call-sources.js";
import { and, failed, or } from "./conditions.js";
import { listen, router, start } from "./decorators.js";
import { defineFlow } from "./read-class.js";
import { labels, route } from "./returns.js";
import type { Condition } from "./types.js";

const name = (of: string): Condition => ({ kind: "name", name: of });

/** The steps of a class as `{ name: conditions }`, in order. */
function wiring(flowClass: Parameters<typeof defineFlow>[0]): Record<string, unknown> {
  return Object.fromEntries(
    defineFlow(flowClass).steps.map((step) => [
      step.name,
      step.starts ? ["start", ...step.conditions] : step.conditions,
    ]),
  );
}

describe("stacked decorators", () => {
  class Stacked {
    @start() @listen("again", { retry: { attempts: 3 } }) @listen(or("a", "b")) loop(_x: unknown) {
      return 1;
    }
    @router({ routes: ["again"] }) @listen("loop") turn() {
      return route("again", 1);
    }
    @start() a() {
      return 0;
    }
    @start("a") b() {
      return 0;
    }
  }

  test("are one step with several conditions, in the order written", () => {
    const [loop, turn] = defineFlow(Stacked).steps;
    expect(loop).toMatchObject({
      starts: true,
      conditions: [name("again"), { kind: "or", of: [name("a"), name("b")] }],
      router: false,
      retry: { attempts: 3 },
    });
    expect(turn).toMatchObject({ starts: false, conditions: [name("loop")], router: true, routes: ["again"] });
  });

  test("a start with a condition is called by that alone", () => {
    expect(wiring(Stacked)).toMatchObject({ b: [name("a")] });
  });

  test("`when` is asked of the decorator that the trigger came through", () => {
    class Guarded {
      @start()
      @listen("again", { when: (_s, round) => round > 1 })
      @listen(and("x", failed("y")), { when: () => false })
      loop(_x: unknown) {
        return 0;
      }
      @router("loop") again1() {
        return route("again", 1 as number);
      }
      @start() x() {
        return 0;
      }
      @start() y() {
        return 0;
      }
    }
    const when = defineFlow(Guarded).steps[0]!.when!;
    expect(when({}, undefined, calledBy("start"))).toBe(true);
    expect(when({}, 1, calledBy("again"))).toBe(false);
    expect(when({}, 2, calledBy("again"))).toBe(true);
    expect(when({}, {}, calledBy("x+y"))).toBe(false);
    expect(when({}, {}, calledBy("x"))).toBe(false);
  });

  test("a `when` on a bare router holds for whatever calls it", () => {
    class Guarded {
      @router({ when: (state) => state.open }) @start() @listen("x") gate() {
        return Math.random() > 2 ? "p" : "q";
      }
      @start() x() {
        return 0;
      }
      readonly state = { open: true };
    }
    const when = defineFlow(Guarded).steps[0]!.when!;
    expect([when({ open: true }, 0, calledBy("start")), when({ open: false }, 0, calledBy("x"))]).toEqual([
      true,
      false,
    ]);
  });

  test("an option of the whole step stands once", () => {
    class Twice {
      @start({ timeout: "1s" }) @listen("x", { timeout: "2s" }) go() {
        return 0;
      }
      @start() x() {
        return 0;
      }
    }
    expect(() => defineFlow(Twice)).toThrow(
      expect.objectContaining({
        code: "PLAN_OPTION_INVALID",
        message: 'Option `timeout` stands on several decorators of step "go" in Twice.',
      }),
    );
  });
});

describe("other people's decorators", () => {
  const calls: string[] = [];
  const seen: unknown[] = [];
  /** Replaces the method, in either dialect. */
  const wrapped: any = (target: any, where: any, descriptor?: PropertyDescriptor) => {
    const inner = descriptor ? descriptor.value : target;
    const wrapper = function (this: unknown, ...args: unknown[]) {
      calls.push(String(descriptor ? where : where.name));
      return inner.apply(this, args);
    };
    if (descriptor) descriptor.value = wrapper;
    return descriptor ? undefined : wrapper;
  };
  /** Looks at the method and leaves it. */
  const looked: any = (target: any, _where: any, descriptor?: PropertyDescriptor) => {
    seen.push(descriptor ? descriptor.value : target);
  };
  class Mixed {
    @wrapped @start() above() {
      return 1;
    }
    @listen("above") @wrapped below(n: number) {
      return n + 1;
    }
    @listen("above") @wrapped @listen("below") @wrapped between(n: number) {
      return n + 2;
    }
    @wrapped @router("between") turn() {
      return Math.random() > 2 ? "left" : "right";
    }
    @router("between") @wrapped hidden() {
      return Math.random() > 2 ? "up" : "down";
    }
    @start() @looked untouched() {
      return 0;
    }
  }

  test("do no harm above, below and between", () => {
    expect(wiring(Mixed)).toEqual({
      above: ["start"],
      below: [name("above")],
      between: [name("above"), name("below")],
      turn: [name("between")],
      hidden: [name("between")],
      untouched: ["start"],
    });
  });

  test("act when the step runs", () => {
    const flow = new Mixed();
    const results = defineFlow(Mixed)
      .steps.slice(0, 3)
      .map((step) => step.invoke(flow, 1, calledBy("start")));
    expect(results).toEqual([1, 2, 3]);
    expect(calls).toEqual(["above", "below", "between", "between"]);
  });

  test("literals come from the method that the nearest step decorator saw", () => {
    const [turn, hidden] = defineFlow(Mixed).steps.slice(3);
    expect(turn?.literals).toEqual(["left", "right"]);
    expect(hidden?.literals).toEqual([]);
  });

  test("a step decorator itself never changes the method", () => {
    expect(seen).toEqual([Mixed.prototype.untouched]);
  });
});

describe("routers", () => {
  class Routes {
    @start() @router() guessed() {
      return Math.random() > 2 ? "a" : "b";
    }
    @start() @router({ routes: ["c", "d"] }) declared() {
      return Math.random() > 2 ? "c" : "d";
    }
    @start() @router() many() {
      return labels("e", route("f", 1));
    }
  }
  class Overridden extends Routes {
    override guessed() {
      return this.constructor.name === "b" ? "b" : super.guessed();
    }
  }

  test("literals are looked for only where no routes are declared", () => {
    expect(
      defineFlow(Routes).steps.map(({ routes, literals, severalLabels }) => ({ routes, literals, severalLabels })),
    ).toEqual([
      { routes: undefined, literals: ["a", "b"], severalLabels: false },
      { routes: ["c", "d"], literals: undefined, severalLabels: false },
      { routes: undefined, literals: ["e", "f"], severalLabels: true },
    ]);
  });

  test("an override's literals count with those of what it overrides", () => {
    expect(defineFlow(Overridden).steps[0]?.literals).toEqual(["a", "b"]);
  });
});
