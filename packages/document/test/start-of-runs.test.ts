/** What is said and done when a run of a document's flow is started. */
import { Flow, type FlowError, flow, listen, or, start } from "millrace";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { flowIn, outputOf, problemsIn, projectOf } from "./support/project.js";

const steps = (...lines: string[]) =>
  `flows:\n  - id: main\n    steps:\n${lines.map((line) => `      ${line}\n`).join("")}`;
const code = `
export const calls = [];
export const note = (given) => { calls.push(given); return given; };
export const count = ({ n }) => n;
export const fail = () => { throw new Error("down"); };
export const both = () => ["left", "right"];
export async function* streamed() { yield "a"; return ["left", "right"]; }
`;
const tools = `tools:
  square: { parameters: { n: int, name: "text?" }, type: code, run: "./code.mjs#count" }
`;
const errorOf = async (yaml: string, inputs: object) => {
  const Main = await flowIn(projectOf({ "flow.yaml": yaml, "code.mjs": code }));
  const run = new Main() as Flow<any>;
  const error: unknown = await run.kickoff(inputs).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const { runs } = await run.runs.list();
  return { error: error as FlowError | undefined, runs: runs.length };
};

describe("parameters that are known from the inputs", () => {
  const call = `{ id: last, type: tool, tool: square, with: { n: "{{ input.n }}" } }`;

  test("are checked before any step runs, and the run is not begun", async () => {
    const yaml = tools + steps(`- { id: first, type: code, run: "./code.mjs#note" }`, `- ${call}`);
    const { error, runs } = await errorOf(`${yaml}    inputs: { n: any }\n`, { n: "12" });
    expect(error).toMatchObject({ code: "STEP_PARAMS_INVALID", step: "last" });
    expect(error!.message).toMatch(/The step "last" could not be called with what the inputs make .* n: .*number/);
    expect(error!.hint).toMatch(/flow.yaml:7:\d+/);
    expect(error!.details).toMatchObject({ problems: [{ path: ["n"] }] });
    expect(runs).toBe(0);
  });

  test("beside others that are not known, too", async () => {
    const yaml =
      tools +
      steps(
        `- { id: name, type: template, template: Ada }`,
        `- { id: last, type: tool, tool: square, with: { n: "{{ input.n }}", name: "{{ name }}" } }`,
      );
    expect((await errorOf(`${yaml}    inputs: { n: any }\n`, { n: "12" })).error?.message).toMatch(/ n: /);
    expect((await errorOf(`${yaml}    inputs: { n: any }\n`, { n: 12 })).error).toBeUndefined();
  });

  test("through flows within flows", async () => {
    const yaml = `${tools}flows:
  - { id: main, inputs: { n: any }, steps: [{ id: a, type: flow, flow: middle, with: { m: "{{ input.n }}" } }] }
  - { id: middle, inputs: { m: any }, steps: [{ id: b, type: flow, flow: inner, with: { n: "{{ input.m }}" } }] }
  - { id: inner, inputs: { n: any }, steps: [${call.replace("last", "c")}] }
`;
    const { error, runs } = await errorOf(yaml, { n: "12" });
    expect([error?.code, error?.step, runs]).toEqual(["STEP_PARAMS_INVALID", "c", 0]);
    expect((await errorOf(yaml, { n: 12 })).error).toBeUndefined();
  });

  test.each<[string, string[]]>([
    [
      "is skipped by what the inputs say",
      [`- { id: last, type: tool, tool: square, when: input.n > 0, with: { n: "{{ input.n }}" } }`],
    ],
    [
      "follows a label that may not come",
      [
        `- { id: way, type: router, cases: [{ when: "input.kind == 'number'", label: number }, { otherwise: other }] }`,
        `- { id: last, type: tool, tool: square, on: number, with: { n: "{{ input.n }}" } }`,
        `- { id: else, type: echo, on: other, value: "{{ input.n }}" }`,
      ].map((line) => line.replace("id: else", "id: otherwise")),
    ],
    [
      "follows one that is skipped",
      [`- { id: gate, type: echo, value: 1, when: input.kind == "number" }`, `- ${call}`],
    ],
    [
      "is per item of a list that may be empty",
      [`- { id: one, type: explode, items: "{{ input.none }}" }`, `- ${call}`, `- { id: all, type: collect }`],
    ],
    ["fails in the sight of another", [`- ${call}`, `- { id: help, type: echo, on: failed(last), value: helped }`]],
  ])("are not asked for of a step that %s", async (_, lines) => {
    const yaml = `${tools}${steps(...lines)}    inputs: { n: any, kind: "text?", none: "list[any]?" }\n`;
    expect((await errorOf(yaml, { n: "-12", kind: "text", none: [] })).error?.code).not.toBe("STEP_PARAMS_INVALID");
  });
});

describe("a step that starts and listens", () => {
  const yaml = `flows:
  - id: main
    inputs: { n: int }
    steps:
      - { id: work, type: code, run: "./code.mjs#count", on: again, start: true, with: { n: "{{ orElse(again.n, input.n) }}" } }
      - id: check
        type: router
        cases:
          - { when: work < 3, label: again, payload: { n: "{{ work + 1 }}" } }
          - { otherwise: done }
      - { id: end, type: echo, on: done, value: "{{ work }}" }
`;

  test("is called at the start with the inputs, and by what it listens to", async () => {
    expect(await outputOf({ "flow.yaml": yaml, "code.mjs": code }, { n: 1 })).toBe(3);
  });

  test("has one plan through every door", async () => {
    const Main = await flowIn(projectOf({ "flow.yaml": yaml, "code.mjs": code }));
    const built = flow("main")
      .input(z.object({ n: z.int() }))
      .step("work", (given: { n: number }) => given.n, { on: "again", start: true })
      .router("check", (): "again" | "done" => "done", { on: "work", routes: ["again", "done"] })
      .step("end", (given: unknown) => given, { on: "done" });
    expect(built.plan()).toEqual(Main.plan());
    class Two extends Flow {
      @start() @listen("later") both(given: unknown) {
        return given;
      }
      @listen("both") later() {
        return 1;
      }
    }
    const same = flow("Two")
      .step("both", (given: unknown) => given, { on: "later", start: true })
      .step("later", () => 1, { on: "both" });
    expect(same.plan().steps[0]).toEqual(Two.plan().steps[0]);
  });

  test("types: it is handed what both hand over", () => {
    const built = flow("typed")
      .input(z.object({ n: z.number() }))
      .step("first", () => "text");
    built.step("both", (given: string | { n: number }) => given, { on: "first", start: true });
    // @ts-expect-error at the start it is handed the inputs
    built.step("both", (given: string) => given, { on: "first", start: true });
    built.step("both", (given: string) => given, { on: or("first") });
    const startsAlone = () =>
      built.step(
        "alone",
        () => 1,
        ({ first }) => first as never,
        { start: true },
      );
    expect(startsAlone).toThrow(/`start: true` without `on`/);
  });

  test("`start` alone is refused", async () => {
    const yaml = steps(`- { id: a, type: echo, value: 1 }`, `- { id: b, type: echo, value: 1, start: true }`);
    expect(await problemsIn({ "flow.yaml": yaml })).toMatch(
      /flow.yaml:5:47 `start` of the step "b" stands without `on`/,
    );
  });
});

describe("problems of the plan speak the language of whoever wrote the flow", () => {
  test("in a document", async () => {
    const noStart = await problemsIn({
      "flow.yaml": steps(`- { id: a, type: echo, on: b, value: 1 }`, `- { id: b, type: echo, on: a, value: 1 }`),
    });
    expect(noStart).toMatch(/flow.yaml:4:\d+ No step of flow "main" starts/);
    expect(noStart).toMatch(/`start: true` beside its `on`/);
    const unreached = await problemsIn({
      "flow.yaml": steps(
        `- { id: x, type: echo, value: 1 }`,
        `- { id: a, type: echo, on: b, value: 1 }`,
        `- { id: b, type: echo, on: a, value: 1 }`,
      ),
    });
    expect(unreached).toMatch(/flow.yaml:5:\d+ No path/);
    const collected = await problemsIn({
      "flow.yaml": steps(`- { id: x, type: echo, value: 1 }`, `- { id: y, type: echo, on: collect(x), value: 1 }`),
    });
    expect(collected).toMatch(/`collect` step brings all together/);
    expect(`${noStart}${unreached}${collected}`).not.toMatch(/@|decorat|forEach/i);
  });

  test("in the builder", () => {
    const noStart = () =>
      flow("main")
        .step("a", () => 1, { on: "b" })
        .step("b", () => 1, { on: "a" })
        .plan();
    expect(noStart).toThrow(expect.objectContaining({ hint: expect.stringMatching(/`start: true` beside its `on`/) }));
    expect(noStart).not.toThrow(expect.objectContaining({ hint: expect.stringMatching(/@start/) }));
  });

  test("in a class", () => {
    class None extends Flow {
      @listen("b" as never) a() {}
      @listen("a") b() {}
    }
    expect(() => None.plan()).toThrow(expect.objectContaining({ hint: expect.stringMatching(/@start/) }));
  });
});

describe("several labels at once", () => {
  const yaml = (several: string, run: string) =>
    steps(
      `- { id: way, type: code, run: "./code.mjs#${run}", routes: [left, right]${several} }`,
      `- { id: l, type: echo, on: left, value: l }`,
      `- { id: r, type: echo, on: right, value: r }`,
      `- { id: all, type: echo, on: l and r, value: "{{ l + r }}" }`,
    );

  test.each(["both", "streamed"])("are said by `several`: %s", async (run) => {
    expect(await outputOf({ "flow.yaml": yaml(", several: true", run), "code.mjs": code })).toBe("lr");
    const { error } = await errorOf(yaml("", run), {});
    expect(error).toMatchObject({
      code: "ROUTE_INVALID",
      hint: expect.stringMatching(/`several: true` at .*flow.yaml:4/),
    });
  });

  test("and are part of the plan", async () => {
    const Main = await flowIn(projectOf({ "flow.yaml": yaml(", several: true", "both"), "code.mjs": code }));
    expect(Main.plan().steps[0]!.severalLabels).toBe(true);
    expect(
      await problemsIn({
        "flow.yaml": steps(`- { id: a, type: code, run: "./code.mjs#both", several: true }`),
        "code.mjs": code,
      }),
    ).toMatch(/`several` stands without `routes`/);
  });
});
