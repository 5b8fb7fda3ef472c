/** Whether a path leads anywhere in what a schema describes: only what objects forbid is known not to be there. */
import type { z } from "zod";

type Schema = z.core.$ZodType;
type Def = z.core.$ZodTypes["_zod"]["def"];

export interface UnknownKey {
  readonly key: string;
  readonly known: readonly string[];
}

const wrappers: ReadonlySet<Def["type"]> = new Set([
  "optional",
  "nullable",
  "default",
  "prefault",
  "nonoptional",
  "readonly",
  "catch",
] as const);

/** The first part of a path that an object of the schema does not have; undefined: none is known to be missing. */
export function unknownKey(schema: Schema, path: readonly string[]): UnknownKey | undefined {
  let at: Schema | undefined = schema;
  for (const key of path) {
    const shape: Readonly<Record<string, Schema>> | undefined = at && shapeOf(at);
    if (!shape) return undefined;
    if (!Object.hasOwn(shape, key)) return { key, known: Object.keys(shape) };
    at = shape[key];
  }
  return undefined;
}

/** The fields of a schema that takes objects with these and no others; undefined: it is another one. */
export function shapeOf(schema: Schema): Readonly<Record<string, Schema>> | undefined {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  if (wrappers.has(def.type) && "innerType" in def) return shapeOf(def.innerType as Schema);
  if (def.type === "pipe") return shapeOf(def.out);
  if (def.type !== "object") return undefined;
  const rest = def.catchall as z.core.$ZodTypes | undefined;
  return rest && rest._zod.def.type !== "never" ? undefined : (def.shape as Readonly<Record<string, Schema>>);
}
