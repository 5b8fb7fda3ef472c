import { expect, test } from "vitest";
import type { ItemStep } from "./item-step.js";
import { findScopes } from "./scopes.js";

const step = (name: string, more: Partial<ItemStep> = {}): ItemStep => ({
  spec: { name },
  reads: [],
  run: () => 1,
  ...more,
});
const list = step("list", { items: "explode" });
const double = step("double", { reads: ["list"] });
const all = step("all", { reads: ["double"], items: "collect" });

test("steps between an explode and a collect are called per item", () => {
  const more = [
    step("a", { reads: ["all"] }),
    { ...list, spec: { name: "b" } },
    step("c", { items: "explode" }),
    step("d", { items: "collect" }),
  ];
  const { scopes, problems } = findScopes([step("first"), list, double, all, ...more]);
  expect(problems).toEqual([]);
  expect(scopes.map(({ stages }) => stages.map(({ spec }) => spec.name))).toEqual([["double"], ["c"]]);
});

test.each([
  ["a list that is not collected", [list, double], { step: "list", field: "type" }],
  ["a collect without a list", [all], { step: "all", field: "type" }],
  [
    "a condition of its own",
    [list, { ...double, spec: { name: "double", on: "list" } }, all],
    { step: "double", field: "on" },
  ],
  ["labels", [list, { ...double, spec: { name: "double", routes: ["a"] } }, all], { step: "double", field: "type" }],
  ["workers where there are no items", [{ ...double, workers: 3 }], { step: "double", field: "workers" }],
  ["a batch where there are no items", [{ ...double, batch: 3 }], { step: "double", field: "batch" }],
  [
    "an item that is read behind",
    [list, double, all, step("late", { reads: ["double"] })],
    { step: "late", field: "with" },
  ],
])("%s is a problem", (_what, steps, problem) => {
  const { problems } = findScopes(steps as ItemStep[]);
  expect(problems).toMatchObject([problem]);
});
