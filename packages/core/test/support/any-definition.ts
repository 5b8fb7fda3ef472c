/** Definitions of any kind, and those among them that have a plan: for tests of laws. */
import fc from "fast-check";
import type { Condition, ConditionLeaf, FlowDefinition, StepDefinition } from "../../src/definition/index.js";
import { FlowError } from "../../src/errors/index.js";
import { type CompileOptions, compile } from "../../src/plan/compile.js";
import type { FlowPlan } from "../../src/plan/index.js";

const stepNames = ["a", "b", "c", "d", "e"] as const;
const anyName = fc.constantFrom(...stepNames, "x", "y", "z", "nowhere", "__proto__");
const leaf: fc.Arbitrary<ConditionLeaf> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("name" as const), name: anyName }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("failed" as const, "settled" as const), step: anyName }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("signal" as const), name: fc.constantFrom("s", "a") }) },
);
const condition = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("keep" as const), of: leaf }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom("and" as const, "or" as const, "or" as const, "each" as const, "race" as const),
        of: fc.array(tie("tree"), { maxLength: 4 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("atLeast" as const),
        count: fc.constantFrom(1, 2, 0, Number.NaN),
        of: fc.array(tie("tree"), { maxLength: 4 }),
      }),
    },
  ),
})).tree;

const step = (name: string): fc.Arbitrary<StepDefinition> =>
  fc.record(
    {
      name: fc.constant(name),
      starts: fc.boolean(),
      conditions: fc.array(condition, { maxLength: 2 }),
      router: fc.boolean(),
      invoke: fc.constant(() => undefined),
      routes: fc.array(fc.constantFrom("x", "y", "z", "", "a"), { maxLength: 3 }),
      literals: fc.array(anyName, { maxLength: 3 }),
      severalLabels: fc.boolean(),
      timeoutMs: fc.constantFrom(1, 0, Number.POSITIVE_INFINITY),
    },
    { requiredKeys: ["name", "starts", "conditions", "router", "invoke"] },
  );

export const anyDefinition: fc.Arbitrary<FlowDefinition> = fc
  .array(fc.constantFrom(...stepNames), { maxLength: 5 })
  .chain((names) => fc.tuple(...names.map(step)))
  .map((steps) => ({ name: "Any", steps, signals: new Map() }));

/** Definitions with nothing wrong: what is left of any after the steps with problems are taken away, again and again. */
export const soundDefinition = anyDefinition.map((any) => {
  let left = any;
  for (;;) {
    const outcome = outcomeOf(left);
    if (!(outcome instanceof FlowError)) return left;
    const bad = new Set(outcome.details.problems.map((problem) => problem.step ?? left.steps[0]?.name));
    left = { ...left, steps: left.steps.filter(({ name }) => !bad.has(name)) };
    if (left.steps.length === 0) return { ...left, steps: [starter] };
  }
});
export const starter: StepDefinition = {
  name: "a",
  starts: true,
  conditions: [],
  router: false,
  invoke: () => undefined,
};

export function outcomeOf(any: FlowDefinition, options?: CompileOptions): FlowPlan | FlowError<"PLAN_INVALID"> {
  try {
    return compile(any, options);
  } catch (error) {
    if (FlowError.is(error, "PLAN_INVALID")) return error;
    throw error;
  }
}
