/** Steps between an explode and its collect, as the loader has them before they are lowered, for tests of what comes of them. */
import { type Flow, flowClass, lowerFlow, ref, type StepSpec } from "millrace";
import { expect } from "vitest";
import { z } from "zod";
import type { ItemStep } from "../item-step.js";
import { lowerItems } from "../lower-items.js";

const named = (names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [name, name === "input" || name === "state" ? ref(name) : ref({ step: name })]),
  );

/** As the loader lowers what is called once. */
const ordinary = ({ spec, reads, run, when }: ItemStep): StepSpec => ({
  ...spec,
  with: named(reads),
  run,
  ...(when && { when }),
});

export type Made = Partial<Omit<ItemStep, "run" | "reads">> & { after?: StepSpec["after"] };
export const step = (
  name: string,
  run: (values: any) => unknown,
  { reads = [] as string[], after, spec, ...more }: Made & { reads?: string[] } = {},
) => ({ spec: { name, ...(after && { after }), ...spec }, reads, run, ...more }) as ItemStep;

export const list = step("list", ({ input }) => input.list, { reads: ["input"], items: "explode" });
export const items = (steps: readonly ItemStep[]) => {
  const { steps: lowered, problems } = lowerItems(steps, ordinary);
  expect(problems).toEqual([]);
  return flowClass(
    lowerFlow({
      name: "items",
      input: z.object({ list: z.array(z.any()), add: z.number().default(0) }),
      steps: lowered,
    }),
  );
};
export const outputOf = async (steps: readonly ItemStep[], given: readonly unknown[], options = {}) => {
  const result = await (new (items(steps))(options) as Flow<any>).kickoff({ list: [...given] });
  return result.status === "completed" ? result.output : result;
};
export const fail = (message: string): never => {
  throw new Error(message);
};

export const double = step("double", ({ list: n }) => (n === 3 ? fail("three") : n * 2), { reads: ["list"] });
export const show = step("show", ({ double: n }) => (n === 8 ? fail("eight") : `<${n}>`), { reads: ["double"] });
export const all = step("all", ({ show: text }) => text, { reads: ["show"], items: "collect" });
