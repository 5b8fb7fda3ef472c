/** The JSON Schema that editors complete from. */
import { builtinStepTypes, defineStepType, documentSchema } from "@millrace/document";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { z } from "zod";

interface StepSchema {
  readonly properties: { readonly type: { readonly enum: readonly string[] } };
  readonly allOf: readonly { readonly then: { readonly properties: Record<string, { description?: string }> } }[];
}
const stepOf = (schema: object) => (schema as { $defs: { namedStep: StepSchema } }).$defs.namedStep;

test("it knows every step type, given ones too, and says what each field is", () => {
  const shout = defineStepType({
    type: "shout",
    description: "Loud.",
    config: z.strictObject({ text: z.string().describe("What.") }),
    run: () => "",
  });
  const { properties, allOf } = stepOf(documentSchema([shout]));
  expect(properties.type.enum).toEqual([...builtinStepTypes.map(({ type }) => type), "shout", "router", "flow"]);
  expect(
    allOf.find(({ then }) => "text" in then.properties && then.properties.type?.description === "Loud.")?.then
      .properties.text,
  ).toMatchObject({ type: "string", description: "What." });
});

describe("documents by the schema", () => {
  const check = new Ajv2020({ strict: false }).compile(documentSchema());
  const withStep = (step: object) => ({ flows: [{ id: "greet", steps: [{ id: "say", type: "template", ...step }] }] });

  test("steps in their flow, or under their name", () => {
    expect(check(withStep({ template: "Hello {{ input.name }}" }))).toBe(true);
    const named = { steps: { say: { type: "template", template: "Hello" } }, flows: { greet: { steps: ["say"] } } };
    expect(check(named)).toBe(true);
  });

  test("models and memories, in a list or under their id", () => {
    const having = (more: object) => check({ ...withStep({ template: "Hello" }), ...more });
    expect(having({ models: [{ id: "a", provider: "x" }], memories: { talk: { window: { tokens: 10 } } } })).toBe(true);
    expect(having({ models: [{ id: "a" }] })).toBe(false);
    expect(having({ models: { a: { provider: "x", temperature: 1 } } })).toBe(false);
    expect(having({ memories: [{ id: "talk", window: { messges: 1 } }] })).toBe(false);
    expect(having({ memories: [{ id: "talk", window: {} }] })).toBe(false);
  });

  test("what the loader refuses is red in the editor too", () => {
    expect(check(withStep({ template: "Hello", tempalte: "Hello" }))).toBe(false);
    expect(check(withStep({}))).toBe(false);
    expect(check(withStep({ type: "tempate", template: "Hello" }))).toBe(false);
    expect(check({ flows: [{ id: "greet", steps: [] }] })).toBe(false);
    expect(check({ flows: [{ id: "greet", steps: [{ type: "template", template: "no id" }] }] })).toBe(false);
  });
});
