/** JSON, read by a schema: which part of the schema speaks of a place, and the values that its text stands for. */
import type { JsonSchema } from "./json-schema.js";

/**
 * The value with the text that stands for dates, big integers, bytes and addresses made into these, where the schema asks for them. What does not
 * look like one stays as it is, for the schema's own check to refuse.
 *
 * @example
 * fromJson({ due: "2026-01-02" }, jsonSchemaOf(z.object({ due: z.date() }), "input")); // => { due: new Date("2026-01-02") }
 */
export function fromJson(value: unknown, schema: JsonSchema | undefined): unknown {
  return schema && JSON.stringify(schema).includes('"x-millrace"')
    ? made(value, schemaAlternatives(schema, schema), schema)
    : value;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function made(value: unknown, schemas: readonly JsonSchema[], root: JsonSchema): unknown {
  const mark = schemas.find((schema) => schema["x-millrace"])?.["x-millrace"];
  if (mark === "date" && typeof value === "string" && !Number.isNaN(Date.parse(value))) return new Date(value);
  // a number beyond the safe ones has lost digits already; a million of them would hold everybody up
  if (mark === "bigint" && typeof value === "string" && /^[+-]?\d{1,10000}$/.test(value)) return BigInt(value);
  if (mark === "bigint" && Number.isSafeInteger(value)) return BigInt(value as number);
  if (mark === "url" && typeof value === "string" && URL.canParse(value)) return new URL(value);
  if (mark === "bytes" && typeof value === "string" && base64.test(value))
    return new Uint8Array(Buffer.from(value, "base64"));
  if (Array.isArray(value)) return value.map((element, i) => made(element, schemasAt(schemas, String(i), root), root));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [key, made(held, schemasAt(schemas, key, root), root)]),
  );
}

/** All that a schema may mean: alternatives and references followed. A reference to itself ends there. */
export function schemaAlternatives(
  schema: JsonSchema | undefined,
  root: JsonSchema,
  seen = new Set<JsonSchema>(),
): readonly JsonSchema[] {
  if (!schema || typeof schema !== "object" || seen.has(schema)) return [];
  seen.add(schema);
  const { $ref, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) return schemaAlternatives(referred($ref, root), root, seen);
  const parts = [...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])];
  return parts.length === 0 ? [schema] : parts.flatMap((part) => schemaAlternatives(part, root, seen));
}

/** What may stand at a key of what the schemas describe; empty: nothing is known of it. */
export function schemasAt(schemas: readonly JsonSchema[], key: string, root: JsonSchema): readonly JsonSchema[] {
  return schemas.flatMap(({ properties, additionalProperties, items, prefixItems }) => {
    const own = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
    const element = /^\d+$/.test(key) ? (prefixItems?.[Number(key)] ?? items) : undefined;
    const other = typeof additionalProperties === "object" ? additionalProperties : undefined;
    return schemaAlternatives(own ?? element ?? other, root);
  });
}

function referred(reference: string, root: JsonSchema): JsonSchema | undefined {
  if (reference === "#") return root;
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
  return name === undefined ? undefined : root.$defs?.[name];
}
