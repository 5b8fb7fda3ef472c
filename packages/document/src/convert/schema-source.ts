import { z } from "zod";

/** A schema as the code that makes it. */
export function schemaSource(schema: z.ZodType): string {
  const source = written(schema);
  const { description } = schema;
  return description ? `${source}.describe(${JSON.stringify(description)})` : source;
}

function written(schema: z.ZodType): string {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>).map(
      ([key, one]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${schemaSource(one)}`,
    );
    return `z.object({ ${fields.join(", ")} })`;
  }
  if (schema instanceof z.ZodDefault) {
    const { innerType, defaultValue } = schema.def;
    return `${schemaSource(innerType as z.ZodType)}.default(${JSON.stringify(defaultValue)})`;
  }
  if (schema instanceof z.ZodOptional) return `${schemaSource(schema.def.innerType as z.ZodType)}.optional()`;
  if (schema instanceof z.ZodNullable) return `${schemaSource(schema.def.innerType as z.ZodType)}.nullable()`;
  if (schema instanceof z.ZodArray) return `z.array(${schemaSource(schema.def.element as z.ZodType)})`;
  if (schema instanceof z.ZodUnion)
    return `z.union([${schema.def.options.map((one) => schemaSource(one as z.ZodType)).join(", ")}])`;
  if (schema instanceof z.ZodString && !schema.def.checks?.length) return "z.string()";
  if (schema instanceof z.ZodBoolean) return "z.boolean()";
  if (schema instanceof z.ZodUnknown) return "z.unknown()";
  const plain = z.toJSONSchema(schema) as Record<string, unknown>;
  delete plain.$schema;
  if (schema instanceof z.ZodNumber && plain.type === "number") return "z.number()";
  if (plain.type === "integer") return "z.int()";
  return `z.fromJSONSchema(${JSON.stringify(plain)})`;
}
