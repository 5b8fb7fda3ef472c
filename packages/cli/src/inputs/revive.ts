import type { JsonSchema } from "./input-schema.js";
import { alternatives, schemasAt } from "./schema-at.js";

/** The value with the text that stands for dates and big integers made into these, where the schema asks for them. */
export function revived(value: unknown, schema: JsonSchema | undefined): unknown {
  return schema && JSON.stringify(schema).includes('"x-millrace"')
    ? made(value, alternatives(schema, schema), schema)
    : value;
}

function made(value: unknown, schemas: readonly JsonSchema[], root: JsonSchema): unknown {
  const mark = schemas.find((schema) => schema["x-millrace"])?.["x-millrace"];
  if (mark === "date" && typeof value === "string" && !Number.isNaN(Date.parse(value))) return new Date(value);
  if (mark === "bigint" && (typeof value === "string" || Number.isInteger(value))) return asBigInt(String(value));
  if (Array.isArray(value)) return value.map((element, i) => made(element, schemasAt(schemas, String(i), root), root));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [key, made(held, schemasAt(schemas, key, root), root)]),
  );
}

function asBigInt(text: string): bigint | string {
  return /^[+-]?\d+$/.test(text) ? BigInt(text) : text;
}
