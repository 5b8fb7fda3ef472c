// Runs in both decorator dialects.

import { expect, test } from "vitest";
import { calledBy } from "../../test/support/call-sources.js";
import { FlowError } from "../errors/index.js";
import { collect, each, or, settled } from "./conditions.js";
import { listen, start } from "./decorators.js";
import { batched, batches, elements } from "./element-conditions.js";
import { forEach } from "./for-each.js";
import { defineFlow } from "./read-class.js";

class Lists {
  readonly prefix = "a";
  @start() list() {
    return ["x"];
  }
  @forEach("list") read(one: string, index: number) {
    return `${this.prefix}${one}${index}`;
  }
  @forEach(or("list", "read"), { concurrency: 3, onError: "collect", retry: { attempts: 2 }, timeout: 5 }) all(
    _: string,
  ) {}
  @forEach(elements("read"), { concurrency: 2 }) sort(_: string, index: number) {
    return index;
  }
  @forEach((f: Lists) => elements(f.read)) sorted(_: string) {}
  @forEach(elements("sort", "read", each("list"))) together(_: { sort: number; read: string; list: string }) {}
  @forEach(batches("list", 2)) pairs(two: string[]) {
    return batched(two);
  }
  @forEach((f: Lists) => batches(elements(f.read, each(f.list)), 3)) threes(_: { read: string; list: string }[]) {
    return batched([1]);
  }
  @listen(collect("read")) results(all: string[]) {
    return all;
  }
  @listen(collect(settled("read"))) ends(all: unknown[]) {
    return all;
  }
  @listen((f: Lists) => collect(settled(f.read))) referred(all: unknown[]) {
    return all;
  }
}

const steps = defineFlow(Lists).steps;
const stepNamed = (name: string) => steps.find((step) => step.name === name)!;

test("what is recorded: the condition, and how it goes through a list", () => {
  expect(stepNamed("read")).toMatchObject({
    starts: false,
    conditions: [{ kind: "name", name: "list" }],
    forEach: { concurrency: 16, onError: "fail" },
  });
  expect(stepNamed("all")).toMatchObject({
    forEach: { concurrency: 3, onError: "collect" },
    retry: { attempts: 2 },
    timeoutMs: 5,
  });
  expect(stepNamed("list").forEach).toBeUndefined();
});

test("the method is given element and index", () => {
  expect(stepNamed("read").invoke(new Lists(), "x", calledBy("list", { index: 4 }))).toBe("ax4");
});

test("elements is a leaf of its own", () => {
  expect(stepNamed("sort")).toMatchObject({
    conditions: [{ kind: "elements", step: "read" }],
    forEach: { concurrency: 2, onError: "fail" },
  });
  expect(stepNamed("sorted").conditions).toEqual([{ kind: "elements", step: "read" }]);
});

test("collect is a leaf of its own, and so is collect of settled", () => {
  expect(stepNamed("results").conditions).toEqual([{ kind: "collect", step: "read" }]);
  expect(stepNamed("ends").conditions).toEqual([{ kind: "outcomes", step: "read" }]);
  expect(stepNamed("referred").conditions).toEqual([{ kind: "outcomes", step: "read" }]);
});

test.each([{ concurrency: "4" }, { onError: "ignore" }, { concurency: 4 }, { routes: ["a"] }])(
  "what is no option: %j",
  (options) => {
    class Wrong {
      @start() list() {
        return ["x"];
      }
      @forEach("list", options as object) read(_: string) {}
    }
    expect(() => defineFlow(Wrong)).toThrow(FlowError);
    expect(() => defineFlow(Wrong)).toThrow(/concurr?ency|onError|routes/);
  },
);

test("a plain step takes no options of lists", () => {
  class Wrong {
    @start() list() {
      return ["x"];
    }
    @listen("list", { concurrency: 4 } as object) read(_: string[]) {}
  }
  expect(() => defineFlow(Wrong)).toThrow('unknown option "concurrency"');
});
