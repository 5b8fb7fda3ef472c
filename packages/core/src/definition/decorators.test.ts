// Where a step decorator may not stand. The misplaced ones are hidden from the compiler, which would refuse most of them.
import { describe, expect, test } from "vitest";
import * as decorators from "./decorators.js";
import { defineFlow } from "./read-class.js";

const { start } = decorators;
const listen: any = decorators.listen;
const router: any = decorators.router;

const misplaced = (what: string) =>
  expect.objectContaining({ code: "DEFINITION_DECORATOR_MISPLACED", message: expect.stringContaining(what) });

describe("TC39", () => {
  test("a static method", () => {
    expect(() => {
      class Wrong {
        @listen("a") static step() {
          return 1;
        }
        other = 1;
      }
      return Wrong;
    }).toThrow(misplaced('@listen stands on a static method, "step".'));
  });

  test("a #private method", () => {
    expect(() => {
      class Wrong {
        @listen("a") #step() {
          return 1;
        }
        use = () => this.#step();
      }
      return Wrong;
    }).toThrow(misplaced('@listen stands on a #private method, "#step".'));
  });

  test("a getter, an accessor, a field, a class", () => {
    expect(() => {
      class Wrong {
        @listen("a") accessor step = 1;
      }
      return Wrong;
    }).toThrow(misplaced('@listen stands on an accessor, "step".'));
    expect(() => {
      class Wrong {
        @router("a") get step() {
          return 1;
        }
      }
      return Wrong;
    }).toThrow(misplaced('@router stands on a getter, "step".'));
    expect(() => {
      class Wrong {
        @listen("a") step = () => 1;
      }
      return Wrong;
    }).toThrow(misplaced('@listen stands on a field, "step".'));
    expect(() => {
      @listen("a")
      class Wrong {}
      return Wrong;
    }).toThrow(misplaced('@listen stands on a class, "Wrong".'));
  });

  test("a method named by a symbol", () => {
    expect(() => {
      class Wrong {
        @listen("a") [Symbol.iterator]() {
          return 1;
        }
      }
      return Wrong;
    }).toThrow(misplaced("@listen stands on a method whose name is a symbol, Symbol(Symbol.iterator)."));
  });
});

describe("legacy", () => {
  class Target {
    step() {
      return 1;
    }
  }
  test.each([
    [[Target, "step", { value: () => 1 }], '@listen stands on a static member, "step".'],
    [[Target.prototype, "step", undefined], '@listen stands on a field, "step".'],
    [[Target.prototype, "step", { get: () => 1 }], '@listen stands on a getter or setter, "step".'],
    [[Target], '@listen stands on a class, "Target".'],
  ])("%#", (given, message) => {
    expect(() => listen("a")(...given)).toThrow(misplaced(message));
  });
});

test("the error says the way out", () => {
  expect(() => listen("a")(class Target {}, "step", {})).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("A step is an instance method") }),
  );
});

test("a dialect of 2018, as Next.js compiles to without a setting: told what to set", () => {
  const element = { kind: "method", key: "step", placement: "prototype", descriptor: { value: () => 1 } };
  Object.defineProperty(element, Symbol.toStringTag, { value: "Descriptor" });
  const asCompiled = start() as unknown as (element: object) => unknown;
  expect(() => asCompiled(element)).toThrow(
    expect.objectContaining({
      code: "DEFINITION_DIALECT_UNKNOWN",
      message: '@start on "step" was compiled in a dialect of 2018.',
      hint: expect.stringContaining('"experimentalDecorators": true'),
    }),
  );
});

test("a copied function keeps its edges", () => {
  class Source {
    @start() step() {
      return 1;
    }
  }
  class Copy {}
  Object.defineProperty(Copy.prototype, "step", Object.getOwnPropertyDescriptor(Source.prototype, "step")!);
  expect(defineFlow(Copy).steps).toMatchObject([{ name: "step", starts: true }]);
});
