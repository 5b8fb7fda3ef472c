/** What a flow's own schema says against one value inside of its inputs, in its own words. */
import type { z } from "zod";
import type { CheckValue } from "./ask-field.js";

/** As far as the inside of a zod schema is read here; the same in every copy of zod 4. */
interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
}

/** Rules about several fields together are left to the kickoff. */
export function schemaCheck(schema: z.ZodType): CheckValue {
  return (path, value) => {
    const inside = path.reduce<z.ZodType | undefined>((at, key) => at && memberOf(at, key), schema);
    if (!inside) return undefined;
    try {
      return inside.safeParse(value).error?.issues[0]?.message;
    } catch {
      // asynchronous rules, and transforms that throw: the kickoff says it
      return undefined;
    }
  };
}

function memberOf(schema: z.ZodType, key: string): z.ZodType | undefined {
  const { shape, innerType, in: before, element } = schema._zod.def as unknown as Def;
  if (shape) return shape[key];
  if (element) return element;
  const wrapped = innerType ?? before;
  return wrapped && memberOf(wrapped, key);
}
