/** Steps that only put together what is there. */
import { z } from "zod";
import { asData } from "../error-data.js";
import { defineStepType } from "../step-type.js";

export const template = defineStepType({
  type: "template",
  description: "A text with values of other steps in it.",
  config: z.strictObject({ template: z.string().describe("`Dear {{ input.name }}, …`") }),
  templates: ["template"],
  output: () => z.string(),
  // A text that is one reference and nothing else comes as the value itself.
  run: ({ config }) => textOf(config.template),
});

export const echo = defineStepType({
  type: "echo",
  description: "Answers a value as it is; without `value` what the step is handed.",
  config: z.strictObject({ value: z.unknown().optional().describe("A value, with references anywhere in it.") }),
  templates: ["value"],
  run: ({ config, params }) => ("value" in config ? config.value : asData(params)),
});

/** A value within a text: texts as they are, all else as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (typeof value === "object") return value instanceof Date ? value.toISOString() : JSON.stringify(value);
  return String(value);
}
