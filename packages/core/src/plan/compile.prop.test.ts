import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyDefinition, outcomeOf, soundDefinition, starter } from "../../test/support/any-definition.js";
import { FlowError } from "../errors/index.js";
import { compile } from "./compile.js";
import { describeGraph } from "./graph.js";
import { plotMermaid } from "./mermaid.js";
import type { FlowPlan, PlanNode } from "./types.js";

const runs = { numRuns: 200 };

describe("compile, for any definition", () => {
  test("throws nothing but PLAN_INVALID, and the same each time", () => {
    fc.assert(
      fc.property(anyDefinition, fc.boolean(), (any, strict) => {
        const [first, second] = [outcomeOf(any, { strict }), outcomeOf(any, { strict })];
        if (first instanceof FlowError) expect(first.toJSON()).toEqual((second as FlowError).toJSON());
        else expect(first).toEqual(second);
      }),
      runs,
    );
  });

  test("a problem names a step of the flow, or none, and problems stand in the order of the steps", () => {
    fc.assert(
      fc.property(anyDefinition, (any) => {
        const outcome = outcomeOf(any);
        if (!(outcome instanceof FlowError)) return;
        // The last one of a name counts, as everywhere where names are looked up.
        const positions = new Map(any.steps.map(({ name }, position) => [name, position]));
        const found = outcome.details.problems.map((problem) =>
          problem.step === undefined ? -1 : positions.get(problem.step),
        );
        expect(found).not.toContain(undefined);
        expect(found).toEqual([...found].sort((a, b) => a! - b!));
        for (const { message, hint } of outcome.details.problems) expect(message && hint).not.toBe("");
      }),
      runs,
    );
  });
});

describe("a plan, of any sound definition", () => {
  test("is plain frozen data with a hash of its own", () => {
    fc.assert(
      fc.property(soundDefinition, (any) => {
        const plan = compile(any);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
        expect(Object.isFrozen(plan.steps)).toBe(true);
        const longer = { ...any, steps: [...any.steps, { ...starter, name: "more" }] };
        expect(compile(longer).hash).not.toBe(plan.hash);
      }),
      runs,
    );
  });

  test("has loops that hold their heads, nest, and are listed by their steps", () => {
    fc.assert(
      fc.property(soundDefinition, (any) => {
        const { steps, loops } = compile(any);
        loops.forEach(({ head, steps: members, outer, entrances }, loop) => {
          expect(entrances[0]).toBe(head);
          expect(members).toEqual(expect.arrayContaining([...entrances]));
          expect(outer).toBeLessThan(loop);
          if (outer === -1) return;
          expect(loops[outer]!.steps).toEqual(expect.arrayContaining([...members]));
          expect(members).not.toContain(loops[outer]!.head);
        });
        steps.forEach((each, position) => {
          const around = loops.flatMap(({ steps: members }, loop) => (members.includes(position) ? [loop] : []));
          expect([...each.loops].sort((a, b) => a - b)).toEqual(around);
          const outers = each.loops.map((loop) => loops[loop]!.outer);
          expect(outers).toEqual([-1, ...each.loops].slice(0, each.loops.length));
        });
      }),
      runs,
    );
  });

  test("carries only what some maker of its triggers carries, inner loops never without the outer", () => {
    fc.assert(
      fc.property(soundDefinition, (any) => {
        const plan = compile(any);
        plan.steps.forEach((each) => {
          expect(each.carries).toEqual(expect.arrayContaining([...each.loops]));
          const makers = each.entries.flatMap((entry) =>
            entry.alternatives.flatMap(({ node }) => makersOf(plan, node)),
          );
          for (const loop of each.carries) {
            const { outer } = plan.loops[loop]!;
            if (outer !== -1) expect(each.carries).toContain(outer);
            if (!each.loops.includes(loop))
              expect(makers.some((maker) => plan.steps[maker]!.carries.includes(loop))).toBe(true);
          }
          for (const { alternatives } of each.entries) {
            for (const { loops } of alternatives) expect(each.carries).toEqual(expect.arrayContaining([...loops]));
          }
        });
      }),
      runs,
    );
  });

  test("does not depend on where unrelated steps stand", () => {
    fc.assert(
      fc.property(soundDefinition, (any) => {
        const plan = compile(any);
        const shifted = compile({ ...any, steps: [{ ...starter, name: "first" }, ...any.steps] });
        expect(shifted.loops.map(({ head, steps }) => [head - 1, steps.map((member) => member - 1)])).toEqual(
          plan.loops.map(({ head, steps }) => [head, steps]),
        );
        expect(shifted.steps.slice(1).map(({ carries, terminal }) => [carries, terminal])).toEqual(
          plan.steps.map(({ carries, terminal }) => [carries, terminal]),
        );
      }),
      runs,
    );
  });

  test("can be drawn: every edge ends at nodes, every step has its node", () => {
    fc.assert(
      fc.property(soundDefinition, (any) => {
        const plan = compile(any);
        const { nodes, edges } = describeGraph(plan);
        const ids = new Set(nodes.map((node) => node.id));
        expect(ids.size).toBe(nodes.length);
        expect(edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
        expect(nodes.filter(({ kind }) => kind === "step" || kind === "router")).toHaveLength(plan.steps.length);
        expect(plotMermaid(plan).trimEnd().split("\n")).toHaveLength(1 + nodes.length + edges.length);
      }),
      runs,
    );
  });
});

function makersOf(plan: FlowPlan, node: PlanNode): readonly number[] {
  if (node.kind !== "leaf") return node.of.flatMap((operand) => makersOf(plan, operand));
  const { trigger } = node;
  if (trigger.kind === "signal") return [];
  return trigger.kind === "label" ? plan.labels[trigger.label]!.routers : [trigger.step];
}
