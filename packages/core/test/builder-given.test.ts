// What plain JavaScript gives a builder: values of the wrong kind, and names that objects have of their own.
import { describe, expect, test } from "vitest";
import { flow, ref } from "../src/index.js";
import { errorOf } from "./support/error-of.js";

type Anything = any;
const loose = (name: string) => flow(name) as Anything;

describe("names that objects have", () => {
  test("as keys of results, of parameters and of steps", async () => {
    const built = loose("names")
      .step("constructor", () => JSON.parse('{"__proto__": 1, "then": 2, "toString": 3}'))
      .step(
        "take",
        (given: unknown) => given,
        () => ({
          ["__proto__"]: ref({ step: "constructor", path: ["__proto__"] }),
          // biome-ignore lint/suspicious/noThenProperty: a result may have one
          then: ref("constructor.then"),
          toString: ref("constructor.toString"),
          none: ref("constructor.hasOwnProperty"),
        }),
      )
      .compile();
    const { output } = await built.complete();
    expect(Object.entries(output)).toEqual([
      ["__proto__", 1],
      ["then", 2],
      ["toString", 3],
      ["none", undefined],
    ]);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "then", "name", "output"])(
    "a step named %s",
    async (name) => {
      const built = loose("named")
        .step(name, () => 1)
        .step("other", () => 2)
        .step(
          "sum",
          (given: Readonly<Record<"a" | "b", number>>) => given.a + given.b,
          (refs: Anything) => ({ a: refs[name], b: refs.other }),
          { when: (values: Anything) => values[name] === 1 },
        )
        .output((refs: Anything) => [refs[name], refs.sum]);
      const { output, outputs } = await built.compile().complete();
      expect([output, Object.entries(outputs)]).toEqual([
        [1, 3],
        [
          [name, 1],
          ["other", 2],
          ["sum", 3],
        ],
      ]);
      const paths: string[] = [];
      for await (const { type, path } of built.compile().run()) if (type === "OUTPUT") paths.push(path);
      expect(paths).toEqual([`named.${name}`, "named.other", "named.sum", "named"]);
      expect(built.toDefinition().steps[0].name).toBe(name);
    },
  );

  test("a step with the name of a member of Flow", () => {
    expect(
      errorOf(() =>
        loose("m")
          .step("kickoff", () => 1)
          .compile(),
      ).message,
    ).toContain("PLAN_RESERVED_NAME");
  });
});

describe("what no compiler has checked", () => {
  const plain = flow("plain").step("p", () => 1) as any;
  const boom = () => {
    throw new Error("boom");
  };
  test.each<[string, () => unknown, string]>([
    ["null as a schema", () => plain.input(null), "What `input` takes is null, not a zod schema."],
    ["an object as a schema", () => plain.state({ a: 1 }), "What `state` takes is an object, not a zod schema."],
    ["a number as the output", () => plain.output(3), "What `output` takes is a number, not a zod schema."],
    [
      "params",
      () => plain.step("q", () => 1, { params: { a: 1 } }),
      "`params` of a step is an object, not a zod schema.",
    ],
    ["when", () => plain.step("q", () => 1, { when: true }), "`when` of a step is a boolean, not a function."],
    ["routes", () => plain.router("q", () => "x", { routes: 3 }), "`routes` is a number, not a list of labels."],
    [
      "on",
      () => plain.step("q", () => 1, { on: null }),
      "`on` of a step is null, not the name of a step or a condition.",
    ],
    [
      "a list of options",
      () => plain.step("q", () => 1, ["retry"]),
      "What stands last in a step is not an object of options.",
    ],
    ["a number for options", () => plain.compile(5), "What `compile` takes is a number, not an object."],
    ["a list for options", () => plain.compile([]), "What `compile` takes is a list, not an object."],
    [
      "a misspelt option of compile",
      () => plain.compile({ persistance: 1 }),
      '`compile` has an unknown option "persistance".',
    ],
    [
      "a misspelt option of a link",
      () => plain.link("p", "q", { wen: () => true }),
      '`link("p", "q")` has an unknown option "wen".',
    ],
    ["an end of a link", () => plain.link("p", undefined), 'An end of `link("p", undefined)` is nothing, not a text.'],
    ["a link's option", () => plain.link("p", "q", null), 'The option of `link("p", "q")` is null, not an object.'],
    ["a signal", () => plain.signal("paid"), 'What `signal` takes is a string, not a signal: signal("paid", schema).'],
    ["a version", () => plain.version(3), "What `version` takes is a number, not a text."],
    [
      "a reference",
      () =>
        plain.step(
          "q",
          () => 1,
          () => ref(3 as never),
        ),
      "`ref` was given something that leads nowhere.",
    ],
    ["a throw", () => plain.step("q", () => 1, boom), 'The function that says what "q" is given threw: boom'],
    [
      "a getter that throws",
      () =>
        plain.step(
          "q",
          () => 1,
          () => Object.defineProperty({}, "x", { get: boom, enumerable: true }),
        ),
      'The function that says what "q" is given threw: boom',
    ],
  ])("%s", (_, build, message) => {
    expect(build).toThrow(expect.objectContaining({ name: "FlowError", message, hint: expect.any(String) }));
  });
});

test("fixed values are those of the moment, and each call has its own", async () => {
  const shared = { list: [1], at: new Date(0), seen: new Set([1]) };
  const built = flow("fixed").step(
    "p",
    (given: typeof shared) => {
      given.list.push(2);
      given.seen.add(2);
      given.at.setTime(5);
      return [given.list.length, given.seen.size, given.at.getTime()];
    },
    () => shared,
  );
  shared.list.push(7, 8);
  const compiled = built.compile();
  expect((await compiled.complete()).output).toEqual([2, 2, 5]);
  expect((await compiled.complete()).output).toEqual([2, 2, 5]);
  expect([shared.list, shared.seen.size, shared.at.getTime()]).toEqual([[1, 7, 8], 1, 0]);
});
