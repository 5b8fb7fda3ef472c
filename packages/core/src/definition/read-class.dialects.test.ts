// Runs in both decorator dialects.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { and, atLeast, each, failed, keep, or, race, settled, signal, unchecked } from "./conditions.js";
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

describe("one class", () => {
  class Review {
    @start() research() {
      return { facts: 1 };
    }
    @listen(or("research", "rework")) write(from: { facts: number } | { notes: string }) {
      return Object.keys(from).length;
    }
    @router("write", { routes: ["good", "rework"] }) check(words: number) {
      return words > 80 ? "good" : route("rework", { notes: "longer" });
    }
    @listen(and("write", "good")) publish({ write }: { write: number; good: "good" }) {
      return write;
    }
    helper() {
      return 0;
    }
  }

  test("decorated methods are steps, in the order written", () => {
    const definition = defineFlow(Review);
    expect(definition.name).toBe("Review");
    expect(definition.steps.map((step) => step.name)).toEqual(["research", "write", "check", "publish"]);
    expect(definition.steps.map(({ starts, router }) => ({ starts, router }))).toEqual([
      { starts: true, router: false },
      { starts: false, router: false },
      { starts: false, router: true },
      { starts: false, router: false },
    ]);
    expect(wiring(Review)).toEqual({
      research: ["start"],
      write: [{ kind: "or", of: [name("research"), name("rework")] }],
      check: [name("write")],
      publish: [{ kind: "and", of: [name("write"), name("good")] }],
    });
    expect(definition.steps[2]?.routes).toEqual(["good", "rework"]);
  });

  test("a definition is read anew each time, and equal", () => {
    expect(JSON.stringify(defineFlow(Review))).toBe(JSON.stringify(defineFlow(Review)));
  });
});

describe("conditions", () => {
  const Legal = signal("legal", z.object({ ok: z.boolean() }));
  class All {
    @start() a() {
      return 1;
    }
    @listen(and(keep("a"), or("b", failed("a")), atLeast(1, Legal, settled("a")))) b(_all: unknown) {}
    @listen(each("a", unchecked("elsewhere"))) c(_one: unknown) {}
    @listen(race("a", signal("ping"))) d(_one: unknown) {}
    @listen("a") private hidden() {
      return "s";
    }
    @listen((f) => f.hidden) e(_text: string) {}
    @listen((f) => and(f.a, f.hidden, keep(f.b), failed(f.c))) g(_all: unknown) {}
    @listen((_f) => "a") h(_one: number) {}
  }

  test("become plain data", () => {
    const definition = defineFlow(All);
    expect(wiring(All)).toEqual({
      a: ["start"],
      b: [
        {
          kind: "and",
          of: [
            { kind: "keep", of: name("a") },
            { kind: "or", of: [name("b"), { kind: "failed", step: "a" }] },
            {
              kind: "atLeast",
              count: 1,
              of: [
                { kind: "signal", name: "legal" },
                { kind: "settled", step: "a" },
              ],
            },
          ],
        },
      ],
      c: [{ kind: "each", of: [name("a"), name("elsewhere")] }],
      d: [{ kind: "race", of: [name("a"), { kind: "signal", name: "ping" }] }],
      hidden: [name("a")],
      e: [name("hidden")],
      g: [
        {
          kind: "and",
          of: [name("a"), name("hidden"), { kind: "keep", of: name("b") }, { kind: "failed", step: "c" }],
        },
      ],
      h: [name("a")],
    });
    expect([...definition.signals]).toEqual([["legal", Legal.schema]]);
  });
});

describe("inheritance", () => {
  class Base {
    @start() fetch() {
      return "base";
    }
    @listen("fetch") parse(raw: string) {
      return `${raw}!`;
    }
    @listen("parse") protected _store(parsed: string) {
      return parsed;
    }
    plain() {
      return 1;
    }
  }
  class Derived extends Base {
    @listen("fetch") notify(_raw: string) {}
    @listen((f) => f._store) override parse(raw: string) {
      return raw;
    }
    override fetch() {
      return "derived";
    }
    @listen("fetch") override plain() {
      return 2;
    }
  }

  test("a base class comes first; an override keeps its place, and its wiring unless it is decorated", () => {
    expect(wiring(Derived)).toEqual({
      fetch: ["start"],
      parse: [name("_store")],
      _store: [name("parse")],
      notify: [name("fetch")],
      plain: [name("fetch")],
    });
    expect(Object.keys(wiring(Derived))).toEqual(["fetch", "parse", "_store", "notify", "plain"]);
  });

  test("the base class is left as it was", () => {
    expect(wiring(Base)).toEqual({ fetch: ["start"], parse: [name("fetch")], _store: [name("parse")] });
  });

  test("what runs is the instance's own method", () => {
    const [fetch] = defineFlow(Derived).steps;
    expect(fetch!.invoke(new Derived(), undefined)).toBe("derived");
    expect(fetch!.invoke(new Base(), undefined)).toBe("base");
  });

  test("mixins", () => {
    const audited = <B extends abstract new (...args: any[]) => object>(base: B) => {
      abstract class Audited extends base {
        @start() auditBegin() {
          return "id";
        }
      }
      return Audited;
    };
    class Pay extends audited(Base) {
      @listen("auditBegin") note(_id: string) {}
    }
    class Ship extends audited(Object) {
      @listen("auditBegin") other(_id: string) {}
    }
    expect(Object.keys(wiring(Pay))).toEqual(["fetch", "parse", "_store", "auditBegin", "note"]);
    expect(Object.keys(wiring(Ship))).toEqual(["auditBegin", "other"]);
  });
});

describe("stacked decorators", () => {
  class Stacked {
    @start() @listen("again", { retry: { attempts: 3 } }) @listen(or("a", "b")) loop(_x: unknown) {
      return 1;
    }
    @router({ routes: ["again"] }) @listen("loop") turn() {
      return route("again", 1);
    }
    @start() a() {}
    @start("a") b() {}
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
      loop(_x: unknown) {}
      @router("loop") again1() {
        return route("again", 1 as number);
      }
      @start() x() {}
      @start() y() {}
    }
    const when = defineFlow(Guarded).steps[0]!.when!;
    expect(when({}, undefined, "start")).toBe(true);
    expect(when({}, 1, "again")).toBe(false);
    expect(when({}, 2, "again")).toBe(true);
    expect(when({}, {}, "x+y")).toBe(false);
    expect(when({}, {}, "x")).toBe(false);
  });

  test("a `when` on a bare router holds for whatever calls it", () => {
    class Guarded {
      @router({ when: (state) => state.open }) @start() @listen("x") gate() {
        return Math.random() > 2 ? "p" : "q";
      }
      @start() x() {}
      readonly state = { open: true };
    }
    const when = defineFlow(Guarded).steps[0]!.when!;
    expect([when({ open: true }, 0, "start"), when({ open: false }, 0, "x")]).toEqual([true, false]);
  });

  test("an option of the whole step stands once", () => {
    class Twice {
      @start({ timeout: "1s" }) @listen("x", { timeout: "2s" }) go() {}
      @start() x() {}
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
    @start() @looked untouched() {}
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
      .map((step) => step.invoke(flow, 1));
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
