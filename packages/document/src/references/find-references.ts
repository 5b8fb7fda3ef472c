/** Where a config names models, memories, tools and connections: its schema and its data, gone through side by side. */
import type { z } from "zod";
import { type ReferenceTarget, referenceTargets } from "./references.js";

export interface FoundReference extends ReferenceTarget {
  readonly id: string;
  /** Within the config. */
  readonly path: readonly (string | number)[];
}

interface Def {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly options?: readonly z.ZodType[];
  readonly items?: readonly z.ZodType[];
  readonly left?: z.ZodType;
  readonly right?: z.ZodType;
  readonly in?: z.ZodType;
  readonly defaultValue?: unknown;
  readonly getter?: () => z.ZodType;
}
const defOf = (schema: z.ZodType) => (schema as unknown as { _zod: { def: Def } })._zod.def;

/** `written`: as it stands in the document. Data is a tree, so that this ends where the data does. */
export function findReferences(schema: z.ZodType, written: unknown): readonly FoundReference[] {
  const found: FoundReference[] = [];
  visit(schema, written, []);
  return found;

  function visit(schema: z.ZodType, value: unknown, path: FoundReference["path"]): void {
    const target = referenceTargets.get(schema);
    if (target) {
      if (typeof value === "string") found.push({ ...target, id: value, path });
      return;
    }
    const def = defOf(schema);
    const { innerType, element, valueType, shape, options, items, left, right, getter } = def;
    const given = value === undefined && "defaultValue" in def ? def.defaultValue : value;
    if (given === undefined) return;
    for (const inner of [innerType, left, right, def.in]) if (inner) visit(inner, given, path);
    if (getter) visit(getter(), given, path);
    const fitting = options?.find((option) => option.safeParse(given).success);
    if (fitting) visit(fitting, given, path);
    if (Array.isArray(given)) {
      for (const [i, item] of given.entries()) {
        const of = items?.[i] ?? element;
        if (of) visit(of, item, [...path, i]);
      }
    } else if (typeof given === "object" && given !== null) {
      for (const key of Object.keys(shape ?? given)) {
        const field = shape?.[key] ?? valueType;
        const inner = Object.hasOwn(given, key) ? (given as Readonly<Record<string, unknown>>)[key] : undefined;
        if (field) visit(field, inner, [...path, key]);
      }
    }
  }
}
