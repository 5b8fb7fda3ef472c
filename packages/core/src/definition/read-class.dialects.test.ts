// Runs in both decorator dialects.

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { calledBy } from "../../test/support/call-sources.js";
import { and, atLeast, each, failed, keep, or, race, settled, signal, unchecked } from "./conditions.js";
import { listen, router, start } from "./decorators.js";
import { defineFlow } from "./read-class.js";
import { route } from "./returns.js";
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
    @listen(and(keep("a"), or("b", failed("a")), atLeast(1, Legal, settled("a")))) b(_all: unknown) {
      return 0;
    }
    @listen(each("a", unchecked("elsewhere"))) c(_one: unknown) {
      return 0;
    }
    @listen(race("a", signal("ping"))) d(_one: unknown) {
      return 0;
    }
    @listen("a") private hidden() {
      return "s";
    }
    @listen((f) => f.hidden) e(_text: string) {
      return 0;
    }
    @listen((f) => and(f.a, f.hidden, keep(f.b), failed(f.c))) g(_all: unknown) {
      return 0;
    }
    @listen((_f) => "a") h(_one: number) {
      return 0;
    }
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
    @listen("fetch") notify(_raw: string) {
      return 0;
    }
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
    expect(fetch!.invoke(new Derived(), undefined, calledBy("start"))).toBe("derived");
    expect(fetch!.invoke(new Base(), undefined, calledBy("start"))).toBe("base");
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
      @listen("auditBegin") note(_id: string) {
        return 0;
      }
    }
    class Ship extends audited(Object) {
      @listen("auditBegin") other(_id: string) {
        return 0;
      }
    }
    expect(Object.keys(wiring(Pay))).toEqual(["fetch", "parse", "_store", "auditBegin", "note"]);
    expect(Object.keys(wiring(Ship))).toEqual(["auditBegin", "other"]);
  });
});
