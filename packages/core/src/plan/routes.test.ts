import { describe, expect, test } from "vitest";
import { on, router, type SampleSteps, sampleFlow, start } from "../../test/support/sample-flow.js";
import { compile } from "./compile.js";

/** By router: where its routes are known from, and their names. */
function routesOf(steps: SampleSteps) {
  const plan = compile(sampleFlow(steps));
  const routers = plan.steps.filter((step) => step.router);
  return Object.fromEntries(
    routers.map((step) => [step.name, [step.routesFrom, ...step.routes.map((label) => plan.labels[label]!.name)]]),
  );
}

describe("routes", () => {
  test("declared routes are taken as they are, heard or not", () => {
    const routes = routesOf({ a: start(), g: router(["good", "bad"], "a"), z: on("good") });
    expect(routes).toEqual({ g: ["declared", "good", "bad"] });
  });

  test("declared routes win over literals", () => {
    const g = { ...router(["good"], "a"), literals: ["bad"] };
    const h = router(["bad"], "a");
    expect(routesOf({ a: start(), g, h, z: on("good", "bad") })).toMatchObject({ g: ["declared", "good"] });
  });

  test("without them, the names listened to that stand as literals in the source", () => {
    const g = { ...router(undefined, "a"), literals: ["good", "utf8", "bad", "a", "good"] };
    expect(routesOf({ a: start(), g, z: on("good"), y: on("bad") })).toEqual({ g: ["source", "good", "bad"] });
  });

  test("without any of those, the names that nothing else makes", () => {
    const declared = router(["stop"], "a");
    const source = { ...router(undefined, "a"), literals: ["skip"] };
    const rest = { ...router(undefined, "a"), literals: ["unrelated"] };
    const steps = { a: start(), declared, source, rest, p: on("stop"), q: on("skip"), r: on("one"), s: on("two") };
    expect(routesOf(steps)).toEqual({
      declared: ["declared", "stop"],
      source: ["source", "skip"],
      rest: ["rest", "one", "two"],
    });
  });

  test("two routers that say nothing may both return what is left", () => {
    const plan = compile(sampleFlow({ a: start(), g: router(undefined, "a"), h: router(undefined, "a"), z: on("x") }));
    expect(plan.labels).toEqual([{ name: "x", routers: [1, 2] }]);
  });

  test("labels are numbered by router, then by route, and know all their routers", () => {
    const plan = compile(
      sampleFlow({ a: start(), g: router(["p", "q"], "a"), h: router(["q", "r"], "a"), z: on("r", "q", "p") }),
    );
    expect(plan.labels).toEqual([
      { name: "p", routers: [1] },
      { name: "q", routers: [1, 2] },
      { name: "r", routers: [2] },
    ]);
    expect(plan.steps.map((step) => step.routes)).toEqual([[], [0, 1], [1, 2], []]);
  });

  test("a step that is no router has none", () => {
    const plan = compile(sampleFlow({ a: { ...start(), literals: ["x"] }, g: router(undefined, "a"), z: on("x") }));
    expect(plan.steps[0]).toMatchObject({ router: false, routes: [], routesFrom: "none" });
  });
});
