/** From JSON Schema to what a person can be asked for, field by field. What no field can hold is asked for as JSON. */
import type { JsonSchema } from "millrace";
import { isChatMessage } from "../inputs/chat-message.js";

interface FieldBase {
  /** Where its value goes. */
  readonly path: readonly string[];
  readonly title: string;
  readonly description?: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly schema: JsonSchema;
}

export type FormField = FieldBase &
  (
    | { readonly kind: "text" | "secret" | "number" | "integer" | "boolean" | "json" }
    /** Text, as a message of a chat. */
    | { readonly kind: "message" }
    | { readonly kind: "choice"; readonly choices: readonly unknown[] }
    | { readonly kind: "list"; readonly element: JsonSchema; readonly least: number; readonly most: number }
    | { readonly kind: "object"; readonly fields: readonly FormField[] }
    /** One of several kinds of object, told apart by a constant. */
    | { readonly kind: "variant"; readonly variants: readonly { readonly name: string; readonly schema: JsonSchema }[] }
  );

/** What JSON Schema and zod's `meta` may say beside what the command reads elsewhere. */
type Extended = JsonSchema & {
  readonly writeOnly?: boolean;
  readonly secret?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
};

interface Place {
  readonly path: readonly string[];
  readonly required: boolean;
  /** For references. */
  readonly root: JsonSchema;
}

/** Objects in objects deeper than this are asked for as JSON: a schema may contain itself. */
const deepest = 4;

export function formField(given: JsonSchema, place: Place): FormField {
  const { schema, nullable } = plain(given, place.root);
  const base: FieldBase = {
    path: place.path,
    title: given.title ?? schema.title ?? place.path.join("."),
    description: given.description ?? schema.description,
    required: place.required && !nullable && given.default === undefined,
    default: given.default ?? schema.default,
    schema,
  };
  if (isChatMessage(schema, place.root)) return { ...base, kind: "message" };
  const choices = choicesOf(schema, place.root);
  if (choices) return { ...base, kind: "choice", choices };
  const variants = variantsOf(schema, place.root);
  if (variants && place.path.length < deepest) return { ...base, kind: "variant", variants };
  return { ...base, ...shapeOf(schema as Extended, place) } as FormField;
}

/** The fields of an object's schema, in its order. */
export function fieldsOf(schema: JsonSchema, { path, root }: Pick<Place, "path" | "root">): readonly FormField[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(([key, property]) =>
    formField(property, { path: [...path, key], required: required.has(key), root }),
  );
}

function shapeOf(schema: Extended, place: Place): object {
  switch (schema.type) {
    case "string":
      return { kind: schema.format === "password" || schema.writeOnly || schema.secret ? "secret" : "text" };
    case "number":
    case "integer":
    case "boolean":
      return { kind: schema.type };
    case "array":
      if (!schema.items || schema.prefixItems || place.path.length >= deepest) return { kind: "json" };
      return { kind: "list", element: schema.items, least: schema.minItems ?? 0, most: schema.maxItems ?? 100 };
    case "object":
      if (!schema.properties || place.path.length >= deepest) return { kind: "json" };
      return { kind: "object", fields: fieldsOf(schema, place) };
    default:
      return { kind: "json" };
  }
}

/** The schema that a reference or an `anyOf` with null stands for. */
function plain(given: JsonSchema, root: JsonSchema): { readonly schema: JsonSchema; readonly nullable: boolean } {
  let schema = given;
  let nullable = false;
  for (let i = 0; i < 10; i++) {
    if (schema.$ref !== undefined) {
      const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref)?.[1];
      schema = (name === undefined ? root : root.$defs?.[name]) ?? {};
      continue;
    }
    const parts = schema.anyOf ?? schema.oneOf;
    const others = parts?.filter(({ type }) => type !== "null");
    if (!parts || others!.length === parts.length || others!.length !== 1) break;
    nullable = true;
    schema = others![0]!;
  }
  return { schema, nullable };
}

function choicesOf(schema: JsonSchema, root: JsonSchema): readonly unknown[] | undefined {
  if (schema.enum) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  const parts = (schema.anyOf ?? schema.oneOf)?.map((part) => plain(part, root).schema);
  return parts?.every((part) => part.const !== undefined) ? parts.map((part) => part.const) : undefined;
}

function variantsOf(
  schema: JsonSchema,
  root: JsonSchema,
): readonly { readonly name: string; readonly schema: JsonSchema }[] | undefined {
  const parts = (schema.oneOf ?? schema.anyOf)?.map((part) => plain(part, root).schema);
  const named = parts?.map((part) => {
    const constant = Object.values(part.properties ?? {}).find((property) => property.const !== undefined)?.const;
    return {
      name: part.title ?? String(constant),
      schema: part,
      known: part.title !== undefined || constant !== undefined,
    };
  });
  return named?.every(({ known }) => known) ? named.map(({ name, schema }) => ({ name, schema })) : undefined;
}
