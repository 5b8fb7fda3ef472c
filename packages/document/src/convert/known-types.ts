/** What the compiler knows of a value by its schema: as much as decides how its members can be reached. */
import { z } from "zod";

/** Without what may stand in place of it: null, undefined. */
export function withoutNothing(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return withoutNothing(schema.def.innerType as z.ZodType);
  return withoutDefault(schema);
}

/** A default is not there any more in what was parsed. */
function withoutDefault(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault ? withoutDefault(schema.def.innerType as z.ZodType) : schema;
}

/** Whether the compiler takes it for whatever it is used as. */
export const isAnything = (schema: z.ZodType): boolean => {
  const inner = withoutNothing(schema);
  return inner instanceof z.ZodUnknown || inner instanceof z.ZodAny;
};

/** Whether it can be computed with: a text, a number, a truth. */
export function isSure(schema: z.ZodType): boolean {
  const inner = withoutDefault(schema);
  return (
    inner instanceof z.ZodString ||
    inner instanceof z.ZodISODate ||
    inner instanceof z.ZodISODateTime ||
    inner instanceof z.ZodNumber ||
    inner instanceof z.ZodBoolean ||
    inner instanceof z.ZodLiteral ||
    inner instanceof z.ZodEnum ||
    inner instanceof z.ZodArray
  );
}

/** The schema of a field of an object; undefined: the compiler does not know it. */
export function fieldSchema(schema: z.ZodType, key: string): z.ZodType | undefined {
  const inner = withoutNothing(schema);
  if (inner instanceof z.ZodObject) {
    const shape = inner.shape as Readonly<Record<string, z.ZodType>>;
    return Object.hasOwn(shape, key) ? shape[key] : undefined;
  }
  return inner instanceof z.ZodRecord ? (inner.def.valueType as z.ZodType) : undefined;
}

export function elementSchema(schema: z.ZodType): z.ZodType | undefined {
  const inner = withoutNothing(schema);
  return inner instanceof z.ZodArray ? (inner.def.element as z.ZodType) : undefined;
}
