/** Finds what a schema says of a place in a value. */
import type { JsonSchema } from "./input-schema.js";

/** All that a schema may mean: alternatives and references followed. A reference to itself ends there. */
export function alternatives(
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
export function schemasAt(schemas: readonly JsonSchema[], key: string, root: JsonSchema): readonly JsonSchema[] {
  return schemas.flatMap(({ properties, additionalProperties, items, prefixItems }) => {
    const own = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
    const index = /^\d+$/.test(key) ? Number(key) : undefined;
    const element = index === undefined ? undefined : (prefixItems?.[index] ?? items);
    const other = typeof additionalProperties === "object" ? additionalProperties : undefined;
    return alternatives(own ?? element ?? other, root);
  });
}

function referred(reference: string, root: JsonSchema): JsonSchema | undefined {
  if (reference === "#") return root;
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
  return name === undefined ? undefined : root.$defs?.[name];
}
