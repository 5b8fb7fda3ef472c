/** Schemas as JSON Schema, for whoever reads inputs as JSON: what JSON has no word for is marked by `x-millrace`, to be made of text. */
import { z } from "zod";

/** JSON Schema (2020-12), as far as inputs are read by it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly contentEncoding?: string;
  readonly title?: string;
  readonly description?: string;
  /** Text that stands for a value that JSON has not. */
  readonly "x-millrace"?: "date" | "bigint" | "bytes" | "url";
}

/**
 * What a question wants to be decided, by the name of its field: the only one that an object must have, where it is yes or no, or one of
 * several choices. Its value can stand for the whole. Undefined: there is none.
 *
 * @example
 * decisionField({ type: "object", properties: { approved: { type: "boolean" }, reason: {} }, required: ["approved"] }); // => "approved"
 */
export function decisionField({ type, properties = {}, required = [] }: JsonSchema): string | undefined {
  const [field, ...others] = required;
  if (type !== "object" || field === undefined || others.length > 0 || !Object.hasOwn(properties, field))
    return undefined;
  const { type: asked, enum: choices } = properties[field]!;
  return asked === "boolean" || choices ? field : undefined;
}

/**
 * A zod schema as JSON Schema; what can't be told is `{}`. Undefined: it is no zod schema, of whichever copy of the package.
 *
 * @example
 * jsonSchemaOf(z.object({ due: z.date() }), "input")?.properties?.due; // => { type: "string", format: "date-time", "x-millrace": "date" }
 */
export function jsonSchemaOf(schema: unknown, io: "input" | "output"): JsonSchema | undefined {
  if (typeof schema !== "object" || schema === null || !("_zod" in schema)) return undefined;
  return z.toJSONSchema(schema as z.ZodType, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, textOf(zodSchema._zod));
    },
  }) as JsonSchema;
}

/** As text that stands for it; undefined: JSON has a word for it, or nothing is known of it. */
function textOf({ def, bag }: z.core.$ZodType["_zod"]): JsonSchema | undefined {
  if (def.type === "date") return { type: "string", format: "date-time", "x-millrace": "date" };
  if (def.type === "bigint") return { type: "string", pattern: "^-?\\d+$", "x-millrace": "bigint" };
  // what `z.instanceof` was given
  const { Class } = bag as { readonly Class?: unknown };
  if (Class === Uint8Array) return { type: "string", contentEncoding: "base64", "x-millrace": "bytes" };
  if (Class === URL) return { type: "string", format: "uri", "x-millrace": "url" };
  return undefined;
}
