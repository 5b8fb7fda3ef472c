/** Steps of a built flow that go on with the results of one that is called per element. */
import { expect, test } from "vitest";
import { collect, elements, Flow, FlowError, flow, forEach, fromDefinition, listen, start } from "../src/index.js";

const list = () => [1, 2, 3];
const twice = (n: number) => n * 2;
const text = ({ n, at }: { n: number; at: number }) => `${at}: ${n}`;

const Built = flow("elements")
  .step("list", list)
  .step("twice", twice, { forEach: { over: "list", concurrency: 2, onError: "collect" } })
  .step("text", text, ({ item, index }) => ({ n: item, at: index }), { forEach: { over: "twice", concurrency: 3 } })
  .step(
    "all",
    (texts: string[]) => texts.join(),
    ({ text }) => text,
  )
  .toClass();

class Elements extends Flow {
  static flowName = "elements";
  @start() list() {
    return list();
  }
  @forEach("list", { concurrency: 2, onError: "collect" }) twice(n: number) {
    return twice(n);
  }
  @forEach(elements("twice"), { concurrency: 3 }) text(n: number, at: number) {
    return text({ n, at });
  }
  @listen(collect("text")) all(texts: string[]) {
    return texts.join();
  }
}

test("go on with each as soon as it is there, by the plan that a class has", async () => {
  expect((await new Built().kickoff()).outputs.all).toBe("0: 2,1: 4,2: 6");
  expect((await new Elements().kickoff()).outputs.all).toBe("0: 2,1: 4,2: 6");
  expect(Built.plan()).toEqual(Elements.plan());
});

test("are written down, and read again as the same flow", async () => {
  const data = Built.toDefinition();
  expect(data.steps[2]).toMatchObject({ conditions: [{ kind: "elements", step: "twice" }] });
  const steps = { list, twice, text, all: (texts: string[]) => texts.join() };
  const Again = await fromDefinition(JSON.parse(JSON.stringify(data)), { steps });
  expect(Again.plan().hash).toBe(Built.plan().hash);
});

test("are asked for by item and index, too, in when", async () => {
  const some = flow("some")
    .step("list", list)
    .step("twice", twice, {
      forEach: "list",
      when: ({ item, index }) => item === index + 1 && item !== 2,
    })
    .step("text", text, ({ item, index }) => ({ n: item, at: index }), {
      forEach: "twice",
      when: ({ item, index }) => item < 6 || index < 2,
    })
    .step(
      "all",
      (texts: string[]) => texts.join(),
      ({ text }) => text,
    )
    .compile();
  expect((await some.complete()).output).toBe("0: 2");
});

test("can't refer to all results of the one that they go on with", () => {
  const wrong = () =>
    flow("wrong")
      .step("list", list)
      .step("twice", twice, { forEach: "list" })
      .step(
        "text",
        (all: number[]) => all.length,
        ({ twice }) => twice,
        { forEach: "twice" },
      )
      .compile();
  expect(wrong).toThrow(FlowError);
  expect(wrong).toThrow(/refers to "twice", which is called per element/);
});

test("a predicate is given all results together, or none: never that of one element", async () => {
  const seen: unknown[] = [];
  const built = flow("told")
    .step("list", list)
    .step("twice", twice, { forEach: "list" })
    .step(
      "count",
      (all: number[]) => all.length,
      ({ twice }) => twice,
      { when: ({ twice }) => seen.push(["count", twice]) > 0 },
    )
    .step(
      "after",
      (count: number) => count,
      ({ count }) => count,
      { when: ({ twice }) => seen.push(["after", twice]) > 0 },
    )
    .compile();
  const { outputs } = await built.complete();
  expect(seen).toEqual([
    ["count", [2, 4, 6]],
    ["after", undefined],
  ]);
  expect(outputs.after).toBe(3);
});
