/** The step types that begin and end what is called per item; how, `lowerItems` says. */
import { z } from "zod";
import { defineStepType } from "../step-type.js";
import { kindOf, stepError } from "../steps/step-error.js";

export const explode = defineStepType({
  type: "explode",
  description: "Hands over a list item by item: the steps up to `collect` are called once for each.",
  config: z.strictObject({ items: z.unknown().describe("The list: `{{ input.topics }}`.") }),
  templates: ["items"],
  items: "explode",
  run({ config: { items } }) {
    if (Array.isArray(items)) return items;
    if (items instanceof Set) return [...items];
    throw stepError("STEP_VALUE_INVALID", `An explode step was given ${kindOf(items)}, not a list.`, {
      hint: "Refer to a list by `items`; decode a text to one first.",
    });
  },
});

export const collect = defineStepType({
  type: "collect",
  description: "Brings together what came of each item since `explode`, in the order of the list.",
  config: z.strictObject({
    value: z
      .unknown()
      .optional()
      .describe("What is collected of an item. The default is what the step before made of it."),
    failed: z
      .enum(["keep", "drop", "fail"])
      .default("keep")
      .describe("Items that failed: `keep` answers `{ items, errors }`, `drop` the list of the others, `fail` fails."),
  }),
  templates: ["value"],
  items: "collect",
  output: ({ failed }) => {
    const items = z.array(z.unknown());
    if (failed !== "keep") return items;
    const index = z.union([z.number(), z.array(z.number())]);
    return z.object({
      items,
      errors: z.array(z.object({ index, step: z.string(), code: z.string(), message: z.string() })),
    });
  },
  run: ({ config, params }) => ("value" in config ? config.value : params),
});
