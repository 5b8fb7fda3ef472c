/** What flows take and answer, as JSON Schema. */
import { type JsonSchema, jsonSchemaOf } from "millrace";
import type { z } from "zod";

export const isZodSchema = (schema: unknown): schema is z.ZodType =>
  typeof schema === "object" && schema !== null && "_zod" in schema;

/** What `kickoff` takes: `inputs`, or without it the state; of a flow that says nothing of either, any object. */
export function inputsSchema({ inputs, state }: { readonly inputs?: unknown; readonly state?: unknown }): JsonSchema {
  return told(inputs ?? state, "input") ?? { type: "object", additionalProperties: false };
}

/** What a completed run answers; `{}`: anything. */
export function outputSchema({ output }: { readonly output?: unknown }): JsonSchema {
  return told(output, "output") ?? {};
}

/** What a state holds. */
export function stateSchema({ state }: { readonly state?: unknown }): JsonSchema {
  return told(state, "input") ?? {};
}

/** Without the dialect, which is said once for all of OpenAPI. */
function told(schema: unknown, io: "input" | "output"): JsonSchema | undefined {
  const whole = jsonSchemaOf(schema, io);
  if (!whole) return undefined;
  const { $schema: _, ...made } = whole as JsonSchema & { readonly $schema?: string };
  return made;
}
