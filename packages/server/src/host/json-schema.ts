/** What flows take and answer, as JSON Schema (2020-12). What JSON has no word for is marked by `x-millrace`, to be made of text. */
import { z } from "zod";

/** As far as the server reads it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  /** Text that stands for a value that JSON has not. */
  readonly "x-millrace"?: "date" | "bigint";
}

export const isZodSchema = (schema: unknown): schema is z.ZodType =>
  typeof schema === "object" && schema !== null && "_zod" in schema;

/** What `kickoff` takes: `inputs`, or without it the state; of a flow that says nothing of either, any object. */
export function inputsSchema({ inputs, state }: { readonly inputs?: unknown; readonly state?: unknown }): JsonSchema {
  const schema = inputs ?? state;
  return isZodSchema(schema) ? toJsonSchema(schema, "input") : { type: "object", additionalProperties: false };
}

/** What a completed run answers; `{}`: anything. */
export function outputSchema({ output }: { readonly output?: unknown }): JsonSchema {
  return isZodSchema(output) ? toJsonSchema(output, "output") : {};
}

/** What a state holds. */
export function stateSchema({ state }: { readonly state?: unknown }): JsonSchema {
  return isZodSchema(state) ? toJsonSchema(state, "input") : {};
}

function toJsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const { type } = zodSchema._zod.def;
      if (type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time", "x-millrace": "date" });
      if (type === "bigint") Object.assign(jsonSchema, { type: "string", pattern: "^-?\\d+$", "x-millrace": "bigint" });
    },
  }) as JsonSchema & { $schema?: string };
  return made;
}
