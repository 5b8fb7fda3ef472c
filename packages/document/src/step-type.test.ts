import { FlowError } from "millrace";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineStepType } from "./step-type.js";

const shout = {
  type: "shout",
  description: "A text in capitals.",
  config: z.strictObject({ text: z.string() }),
  templates: ["text"],
  run: ({ config }: { config: { text: string } }) => config.text.toUpperCase(),
};

test("a step type is answered frozen", () => {
  const made = defineStepType(shout);
  expect(made).toMatchObject({ type: "shout", templates: ["text"] });
  expect(Object.isFrozen(made)).toBe(true);
});

test.each([
  ["a name that is not kebab-case", { type: "Shout" }, /named "Shout"/],
  ["a name that is no text", { type: 7 as never }, /named 7/],
  [
    "a field that every step has",
    { config: z.strictObject({ text: z.string(), when: z.string() }) },
    /"when", which every step has/,
  ],
  ["a template that is no field", { templates: ["txt"] }, /"txt" among its templates or parts, which is no field/],
  ["parts that are no field", { parts: ["url"] }, /"url" among its templates or parts/],
])("%s is refused", (_what, change, message) => {
  const define = () => defineStepType({ ...shout, ...change });
  expect(define).toThrow(message);
  try {
    define();
  } catch (error) {
    expect(FlowError.is(error, "STEP_TYPE_INVALID")).toBe(true);
  }
});
