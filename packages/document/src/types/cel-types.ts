/** What an expression may know of a value: a zod schema as a type of CEL. All numbers are `double`; what is not sure is `dyn`. */
import type { z } from "zod";

/** A type's name, or fields with theirs. */
export type CelType = string | { readonly [field: string]: CelType };

interface Def {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly values?: readonly unknown[];
  readonly options?: readonly z.ZodType[];
  readonly catchall?: z.ZodType;
  readonly entries?: object;
}

export function celType(schema: z.ZodType | undefined, depth = 0): CelType {
  if (!schema || depth > 8) return "dyn";
  const def = (schema as unknown as { _zod: { def: Def } })._zod.def;
  switch (def.type) {
    case "string":
    case "template_literal":
      return "string";
    case "enum":
      return Object.values(def.entries ?? {}).every((value) => typeof value === "string") ? "string" : "dyn";
    case "number":
      return "double";
    case "boolean":
      return "bool";
    case "literal":
      return ofValues(def.values ?? []);
    case "default":
    case "prefault":
    case "readonly":
    case "nonoptional":
      return celType(def.innerType, depth + 1);
    case "array": {
      const element = celType(def.element, depth + 1);
      return typeof element === "string" ? `list<${element}>` : "list<dyn>";
    }
    case "record": {
      const value = celType(def.valueType, depth + 1);
      return typeof value === "string" ? `map<string, ${value}>` : "map<string, dyn>";
    }
    case "object": {
      // a field that expressions could not name makes the whole less sure
      const shape = Object.entries(def.shape ?? {});
      if (def.catchall && (def.catchall as unknown as { _zod: { def: Def } })._zod.def.type !== "never") return "dyn";
      if (shape.length === 0 || shape.some(([key]) => !/^[A-Za-z_]\w*$/.test(key) || key === "__proto__")) return "dyn";
      return Object.fromEntries(shape.map(([key, field]) => [key, celType(field, depth + 1)]));
    }
    case "union": {
      const options = (def.options ?? []).map((option) => celType(option, depth + 1));
      return options.every((option) => typeof option === "string" && option === options[0])
        ? (options[0] ?? "dyn")
        : "dyn";
    }
    default:
      return "dyn";
  }
}

function ofValues(values: readonly unknown[]): string {
  if (values.every((value) => typeof value === "string")) return "string";
  if (values.every((value) => typeof value === "number")) return "double";
  return "dyn";
}
