/** The JSON Schema that editors complete from. */
import { readFileSync } from "node:fs";
import { builtinStepTypes, defineStepType, documentSchema } from "@millrace/document";
import { expect, test } from "vitest";
import { z } from "zod";

interface StepSchema {
  readonly properties: { readonly type: { readonly enum: readonly string[] } };
  readonly allOf: readonly { readonly then: { readonly properties: Record<string, { description?: string }> } }[];
}
const stepOf = (schema: object) => (schema as { $defs: { namedStep: StepSchema } }).$defs.namedStep;

test("the file in the package is up to date: `pnpm --filter @millrace/document schema` writes it", () => {
  const file = readFileSync(new URL("../schema.json", import.meta.url), "utf8");
  expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(documentSchema())));
});

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
