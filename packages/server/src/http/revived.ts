/** JSON as the values that a schema means: text that stands for dates and big integers is made into these where it asks for them. */
import type { JsonSchema } from "../host/index.js";

export function revived(value: unknown, schema: JsonSchema): unknown {
  return JSON.stringify(schema).includes('"x-millrace"') ? made(value, alternatives(schema, schema), schema) : value;
}

function made(value: unknown, schemas: readonly JsonSchema[], root: JsonSchema): unknown {
  const mark = schemas.find((schema) => schema["x-millrace"])?.["x-millrace"];
  if (mark === "date" && typeof value === "string" && !Number.isNaN(Date.parse(value))) return new Date(value);
  if (mark === "bigint" && typeof value === "string" && /^-?\d{1,10000}$/.test(value)) return BigInt(value);
  if (mark === "bigint" && Number.isSafeInteger(value)) return BigInt(value as number);
  if (Array.isArray(value)) return value.map((element, i) => made(element, schemasAt(schemas, String(i), root), root));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [key, made(held, schemasAt(schemas, key, root), root)]),
  );
}

/** All that a schema may mean: alternatives and references followed. A reference to itself ends there. */
function alternatives(
  schema: JsonSchema | undefined,
  root: JsonSchema,
  seen = new Set<JsonSchema>(),
): readonly JsonSchema[] {
  if (!schema || typeof schema !== "object" || seen.has(schema)) return [];
  seen.add(schema);
  const { $ref, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) return alternatives(referred($ref, root), root, seen);
  const parts = [...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])];
  return parts.length === 0 ? [schema] : parts.flatMap((part) => alternatives(part, root, seen));
}

/** What may stand at a key of what the schema describes; empty: nothing is known of it. */
function schemasAt(schemas: readonly JsonSchema[], key: string, root: JsonSchema): readonly JsonSchema[] {
  return schemas.flatMap(({ properties, additionalProperties, items, prefixItems }) => {
    const own = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
    const element = /^\d+$/.test(key) ? (prefixItems?.[Number(key)] ?? items) : undefined;
    const other = typeof additionalProperties === "object" ? additionalProperties : undefined;
    return alternatives(own ?? element ?? other, root);
  });
}

function referred(reference: string, root: JsonSchema): JsonSchema | undefined {
  if (reference === "#") return root;
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
  return name === undefined ? undefined : root.$defs?.[name];
}
