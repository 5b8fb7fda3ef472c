/** A zod schema as a model is told it. */
import { z } from "zod";

export type JsonSchema = Record<string, unknown>;

/** What may be given to the schema, as JSON Schema; undefined: it can't be told so. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema | undefined {
  try {
    const {
      $schema: _,
      "~standard": __,
      ...plain
    } = z.toJSONSchema(schema, { io: "input", target: "draft-7" }) as JsonSchema;
    return closed(plain) as JsonSchema;
  } catch {
    return undefined;
  }
}

/** Providers want it said that objects have no other keys. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const made = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, literal.has(key) ? value : closed(value)]),
  );
  if (made.type === "object" && made.properties !== undefined && made.additionalProperties === undefined)
    made.additionalProperties = false;
  return made;
}

/** Values stand there, no schemas. */
const literal: ReadonlySet<string> = new Set(["enum", "const", "default", "examples"]);
