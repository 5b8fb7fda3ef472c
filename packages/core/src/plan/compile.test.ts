import { describe, expect, test } from "vitest";
import { and, atLeast, keep, on, or, race, router, sampleFlow, signal, start } from "../../test/support/sample-flow.js";
import { compile } from "./compile.js";

const review = () => ({
  research: start(),
  write: on(or("research", "rework")),
  check: { ...router(["good", "rework"], "write"), timeoutMs: 1000 },
  publish: on(and("write", "good", keep("research"))),
  early: on(race(atLeast(1, "research", "write"), signal("now"))),
});

describe("compile", () => {
  test("the plan of a flow, whole", () => {
    const definition = sampleFlow(
      {
        draft: start("again"),
        check: { ...router(["again", "done"], "draft"), severalLabels: true },
        publish: { ...on(and("draft", "done")), when: () => true },
      },
      { name: "Review", version: "2" },
    );
    const leaf = (key: string, trigger: object) => ({ kind: "leaf", trigger, key, keep: false });
    const single = (node: object, loops: number[] = []) => ({
      mode: "single",
      alternatives: [{ node, loops }],
      losers: [],
    });
    const step = { starts: false, router: false, routes: [], routesFrom: "none", severalLabels: false };
    const inLoop = { terminal: false, loops: [0], carries: [0], conditional: false };
    const draft = leaf("draft", { kind: "step", step: 0 });
    const again = leaf("again", { kind: "label", label: 0 });
    const done = leaf("done", { kind: "label", label: 1 });
    expect(compile(definition)).toEqual({
      format: 1,
      flow: "Review",
      version: "2",
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      steps: [
        { ...step, ...inLoop, name: "draft", starts: true, entries: [single(again)] },
        {
          ...step,
          ...inLoop,
          name: "check",
          entries: [single(draft)],
          router: true,
          routes: [0, 1],
          routesFrom: "declared",
          severalLabels: true,
        },
        {
          ...step,
          name: "publish",
          entries: [single({ kind: "and", count: 2, of: [draft, done] }, [0])],
          terminal: true,
          loops: [],
          carries: [0],
          conditional: true,
        },
      ],
      labels: [
        { name: "again", routers: [1] },
        { name: "done", routers: [1] },
      ],
      signals: [],
      loops: [{ head: 0, steps: [0, 1], outer: -1, entrances: [0] }],
    });
  });

  test("is frozen all the way down", () => {
    const plan = compile(sampleFlow(review()));
    const visit = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      Object.values(value).forEach(visit);
    };
    visit(plan);
  });

  test("the definition is left as it was", () => {
    const definition = sampleFlow(review());
    const routes = definition.steps[2]!.routes!;
    compile(definition);
    expect(Object.isFrozen(routes)).toBe(false);
    expect(Object.isFrozen(definition.steps[0])).toBe(false);
  });

  test("survives JSON", () => {
    const plan = compile(sampleFlow(review()));
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(Object.values(plan.steps[0]!)).not.toContain(undefined);
  });
});

describe("the hash of a plan", () => {
  const hashOf = (steps: Parameters<typeof sampleFlow>[0], options = {}) => compile(sampleFlow(steps, options)).hash;

  test("is pinned: stored runs are compared by it", () => {
    expect(hashOf(review())).toBe("ccd0ecbb3949573f");
  });

  test("does not depend on the version, on code, or on the order of the options", () => {
    const [attempts, backoff, delayMs, maxDelayMs, jitter] = [2, "fixed" as const, 1, 1, true];
    const a = { ...start(), retry: { attempts, backoff, delayMs, maxDelayMs, jitter } };
    const same = { retry: { jitter, maxDelayMs, delayMs, backoff, attempts }, ...start(), invoke: () => 1 };
    expect(hashOf({ a: same }, { version: "9" })).toBe(hashOf({ a }));
  });

  test.each([
    ["a step more", { ...review(), more: on("write") }],
    ["another condition", { ...review(), publish: on(and("write", "good")) }],
    ["another label", { ...review(), check: router(["good", "rework", "bad"], "write") }],
    ["another option", { ...review(), check: { ...router(["good", "rework"], "write"), timeoutMs: 999 } }],
    ["a filter", { ...review(), write: { ...on(or("research", "rework")), when: () => true } }],
  ])("changes with %s", (_, steps) => {
    expect(hashOf(steps)).not.toBe(hashOf(review()));
  });

  test("changes with the flow's name", () => {
    expect(hashOf(review(), { name: "Other" })).not.toBe(hashOf(review()));
  });
});
