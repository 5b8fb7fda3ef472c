/** What a flow takes, as JSON Schema: `inputs`, or without it the state. What JSON has no word for is marked, to be made of text. */
import { z } from "zod";
import type { AnyFlowClass } from "../project/flow-exports.js";

/** As far as the command reads it. */
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
  readonly title?: string;
  readonly description?: string;
  /** Text that stands for a value that JSON has not. */
  readonly "x-millrace"?: "date" | "bigint";
}

/** Undefined: the flow says nothing of it. */
export function inputSchema({ inputs, state }: Pick<AnyFlowClass, "inputs" | "state">): JsonSchema | undefined {
  const schema = inputs ?? state;
  if (typeof schema !== "object" || schema === null || !("_zod" in schema)) return undefined;
  return z.toJSONSchema(schema as z.ZodType, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const { type } = zodSchema._zod.def;
      if (type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time", "x-millrace": "date" });
      if (type === "bigint") Object.assign(jsonSchema, { type: "string", pattern: "^-?\\d+$", "x-millrace": "bigint" });
    },
  }) as JsonSchema;
}
